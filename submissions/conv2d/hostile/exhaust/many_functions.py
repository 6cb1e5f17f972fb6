"""Defines two thousand functions and classes beside the one that is asked for, under one name that is asked for too."""

def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1
def f(a): return a
class C: x = 1


class conv2d:
    def __init__(self, *args, **kwargs):
        pass
