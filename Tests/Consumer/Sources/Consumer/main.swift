import Ibex

print("A program that depends on Ibex builds and runs.")
