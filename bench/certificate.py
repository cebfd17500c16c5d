"""Milliseconds for the PDF of a certificate: the first of a process (cold) and one after another (warm).

    python -m bench.certificate [count]

Each certificate has a name, number and address of its own, as in a worker's life. Cold is measured in fresh processes.
"""

import statistics
import subprocess
import sys
import time
from itertools import cycle, islice

from lms.features.certificates.model import Certificate, Facts
from lms.features.certificates.pdf import render

NAMES = ("Menna Llŷr-Wŷn", "Łukasz Żółć", "محمد بن سالم", "王小明", "অনিতা রায়", "Nguyễn Thị Ánh")
OUTCOMES = (
    "Say who is an adult at risk, and what safeguarding means",
    "Notice signs of abuse and neglect, the quiet ones and those of a whole place too",
    "Respond calmly and honestly when someone tells you something",
    "Report and record the same day, also when it is about a colleague or a manager",
    "Keep the person’s own wishes and language at the centre",
)
COLD = 5


def certificate(number: int, name: str) -> Certificate:
    facts = Facts(
        id=f"{number:022d}",
        registration="7f0f3c56-6a5e-4c53-9d1c-000000000001",
        course="safeguarding-adults-basics",
        version="9f2e01aa" * 8,
        title="Safeguarding adults – the basics",
        outcomes=OUTCOMES,
        minutes=60,
        says="Shows knowledge. Competence at work is to be observed by the employer.",
        mode="knowledge",
        language="en",
        issuer="Ymarfer",
        issued_at="2026-11-21T12:00:00+00:00",
        valid_until="2029-11-21",
        way="played",
    )
    return Certificate(facts, name, is_expired=False)


def one(number: int, name: str) -> tuple[float, float]:
    """Milliseconds on the clock, and of processor time, which other work on the machine does not lengthen."""
    began, worked = time.perf_counter(), time.process_time()
    render(certificate(number, name), f"https://learn.example.org/certificates/{number:022d}", "en_GB")
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def cold() -> float:
    said = subprocess.run(
        [sys.executable, "-m", "bench.certificate", "--one"], capture_output=True, text=True, check=True
    ).stdout
    return float(said)


def main() -> None:
    if sys.argv[1:] == ["--one"]:
        print(one(0, NAMES[0])[0])
        return
    count = int(sys.argv[1]) if sys.argv[1:] else 200
    firsts = sorted(cold() for _ in range(COLD))
    for each in NAMES:
        one(0, each)
    both = [one(number, name) for number, name in enumerate(islice(cycle(NAMES), count), 1)]
    took, worked = (sorted(each) for each in zip(*both, strict=True))
    print(f"cold, median of {COLD} processes: {statistics.median(firsts):.0f} ms")
    print(f"warm, {count} certificates: median {statistics.median(took):.1f} ms, p95 {took[int(count * 0.95)]:.1f} ms;")
    print(f"  of the processor {statistics.median(worked):.1f} ms")


if __name__ == "__main__":
    main()
