"""What was handed in and how it was graded, kept in a database.

SQLite in the user's data folder, or PostgreSQL by URL. Needs the extra `store`, or
`postgres`, which has it and the driver.

    store        what others use, on top of
                   submissions   by hash, without the name of who handed them in
                   jobs          each done by one worker, with one record
                   records       whole, and what they are found by; what people say
                   links         who was let in, and who no longer is
    rows         what a store gives, as frozen data
    database     a URL, as transactions; what goes wrong, as one error
    tables       the tables as they are now
    migration    a database of an earlier version, brought to these tables
    taking_in    records on disk, into a store
    regrade      grades again what a change of a spec affects
    changes      who gains by it, and who loses
"""
