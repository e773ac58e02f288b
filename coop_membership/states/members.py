"""What a Member is: a person or an organisation; and where it stands, which follows from the register. Pure."""

INDIVIDUAL, ORGANISATION = "Individual", "Organisation"
CANDIDATE, ACTIVE, FORMER = "Candidate", "Active", "Former"
