"""One small program for the wheel and one for each of its extras, which needs nothing else to be installed.

`EIGHTBYEIGHT_BASE_URL`, `EIGHTBYEIGHT_API_KEY` and `EIGHTBYEIGHT_SUBACCOUNT_ID` name a mock.
"""
