from locust import User


class Base(User):
    abstract = True
