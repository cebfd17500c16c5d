"""A bank's file → its questions, once nothing is wrong with it."""

from lms.engine.questions.model import Bank, Option, Question
from lms.engine.questions.syntax import BankFile, QuestionKeys


def build_bank(bank: BankFile) -> Bank:
    """Return the bank that a file holds."""
    return Bank(bank.bank, tuple(map(build_question, bank.questions)))


def build_question(question: QuestionKeys) -> Question:
    """Return one question of a bank."""
    return Question(
        id=question.id or "",
        kind=question.type,
        ask=question.ask.strip(),
        options=tuple(
            Option(option.id or "", option.text.strip(), option.right, option.feedback.strip())
            for option in question.options
        ),
        critical=question.critical,
        outcome=question.outcome or "",
        references=question.references,
    )
