"""What was handed in and how it was graded, kept in a database.

SQLite in the user's data folder, or PostgreSQL by URL::

    store       what others use: submissions, jobs, records, annotations
    rows        what it gives, as frozen data
    database    a URL, as transactions; what goes wrong, as one error
    tables      the tables as they are now
    migration   a database of an earlier version, brought to these tables
    regrade     grade again what a change of a spec affects; who gains and who loses

Needs the extra `store`, or `postgres`, which has it and the driver.
"""
