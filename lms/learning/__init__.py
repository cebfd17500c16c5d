"""People, the library of content, enrolment and attempts: what every installation has."""
