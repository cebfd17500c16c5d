"""Things are put in order by tapping, by keyboard, by dragging, or by filling in places where no script runs."""

import pytest

pytestmark = pytest.mark.browser

ADDRESS = "/gallery/stage/order"
SENT = """() => { const data = new FormData(document.querySelector('main form'));
    const places = data.getAll('place');
    return Object.fromEntries(data.getAll('item').map((item, at) => [item, places[at]])); }"""


def tapped(page, *labels):
    for label in labels:
        page.locator(".order-rest li", has_text=label).get_by_role("button").first.click()


def test_lines_are_tapped_into_an_order_and_moved_and_taken_out_again(open_page):
    page = open_page(360)
    page.goto(ADDRESS)
    assert page.locator("select:visible").count() == 0
    tapped(page, "She is 88", "I am ringing", "I need an")
    assert page.evaluate(SENT) == {"background": "1", "situation": "2", "request": "3", "weather": ""}
    page.locator(".order-taken li").nth(1).get_by_role("button", name="Earlier").click()
    assert page.evaluate(SENT) == {"situation": "1", "background": "2", "request": "3", "weather": ""}
    assert page.locator("[data-told]").text_content().endswith("place 1 of 3")
    page.locator(".order-taken li").nth(1).get_by_role("button", name="Take out").click()
    assert page.evaluate(SENT) == {"situation": "1", "background": "", "request": "2", "weather": ""}
    assert page.said == []


def test_the_keyboard_alone_puts_things_in_order_and_the_focus_stays_with_the_line(open_page):
    page = open_page(360)
    page.goto(ADDRESS)
    page.locator(".order-rest li").nth(2).get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.locator(".order-rest li").first.get_by_role("button").focus()
    page.keyboard.press("Space")
    before = page.evaluate(SENT)
    page.locator(".order-taken li").nth(1).get_by_role("button", name="Earlier").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(SENT) != before
    focused = "document.activeElement.closest('li') === document.querySelector('.order-taken li')"
    assert page.evaluate(focused), "the line that was moved keeps the focus"
    assert page.evaluate("document.activeElement.disabled") is False


def test_a_line_is_dragged_where_there_is_a_mouse(open_page):
    page = open_page(1280)
    page.goto(ADDRESS)
    tapped(page, "She is 88", "I am ringing", "I need an")
    lines = page.locator(".order-taken li")
    lines.nth(2).drag_to(lines.nth(0), target_position={"x": 20, "y": 4})
    assert page.evaluate(SENT) == {"request": "1", "background": "2", "situation": "3", "weather": ""}


def test_without_a_script_each_line_has_a_field_for_its_place(open_page):
    page = open_page(360, java_script_enabled=False)
    page.goto(ADDRESS)
    assert page.locator("select:visible").count() == 4
    assert page.locator(".order-tools").count() == 0
    page.get_by_label("Place of: I need an emergency ambulance.").select_option("3")
