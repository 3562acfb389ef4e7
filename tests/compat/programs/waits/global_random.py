import random

from locust import between, constant, poisson

random.seed(1)
print(between(2, 9)(None), poisson(2)(None))
random.seed(1)
print(2 + random.random() * 7, random.expovariate(2))
print(constant(3)(None))
