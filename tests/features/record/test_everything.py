from tests.learning.walks import start_practice


def test_the_download_holds_every_statement_about_oneself_practice_too_and_none_about_others(
    store, shipped, make_person, sign_in, new_client
):
    menna, tom = make_person("menna@example.org"), make_person("tom@example.org")
    for person in (menna, tom):
        start_practice(store, person)
    for person in (menna, tom):
        told = sign_in(person, new_client()).get("/record/everything.json").json["record"]
        assert len(told) > 2
        assert {each["actor"]["account"]["name"] for each in told} == {person.token}
