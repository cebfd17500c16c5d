"""What can be wrong between a quiz and its bank."""

from lms.engine.course import codes
from lms.engine.course.syntax import QuizLine
from lms.engine.questions.syntax import BankFile
from lms.engine.source.problem import Problems


def check_quiz(line: QuizLine, bank: BankFile, problems: Problems) -> None:
    """Report a quiz that its bank cannot serve."""
    total, critical = len(bank.questions), sum(question.critical for question in bank.questions)
    span = line.place_of("draw")
    if line.draw > total:
        problems.add(
            codes.DRAWS_TOO_MANY,
            span,
            f"the quiz draws {line.draw} questions and the bank '{bank.bank}' has {total}",
            fix=f"draw at most {total}, or write more questions",
        )
    elif line.draw < critical:
        problems.add(
            codes.DRAWS_TOO_FEW,
            span,
            f"the quiz draws {line.draw} questions and {critical} are critical",
            why="every critical question is in every try",
            fix=f"draw at least {critical}, or mark fewer questions as critical",
        )
    elif line.tries != 1 and total - critical < 2 * (line.draw - critical):
        problems.add(
            codes.FEW_TO_SPARE,
            span,
            f"of {total - critical} questions that are not critical, each try draws {line.draw - critical}",
            why="a second try should ask something new",
            fix="write more questions, or draw fewer",
        )
