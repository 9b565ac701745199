print("ibex")
