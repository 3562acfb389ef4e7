def test_shared(session):
    session.get("/text")


class TestGroup:
    def test_shared(self, session):
        session.get("/json")

    def helper(self):
        raise AssertionError("not a test")
