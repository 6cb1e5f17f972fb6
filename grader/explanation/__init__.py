"""Why a submission is wrong: the known mistake, the smallest input, pictures."""
