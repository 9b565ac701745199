import IbexGraph

extension Loss {
    /// Quadratic near zero, linear beyond 1 (Huber, 1964).
    public static var huber: Loss { huber() }

    /// The mean over the last axis of e² / 2 where |e| ≤ δ, else δ |e| - δ² / 2, with e = p - y (Huber, 1964).
    public static func huber(
        delta: Double = 1, reduction: Reduction = .sumOverBatchSize, name: String = "huber_loss"
    ) -> Loss {
        overLastAxis(name, "Huber", reduction, arguments: ["delta": .double(delta)]) { y, p in
            let error = p - y
            let size = error.abs()
            return .where(size .<= delta, error.square() * 0.5, size * delta - delta * delta / 2)
        }
    }

    /// The mean of ln cosh(p - y) over the last axis.
    public static var logCosh: Loss { logCosh() }
    public static func logCosh(reduction: Reduction = .sumOverBatchSize, name: String = "log_cosh") -> Loss {
        overLastAxis(name, "LogCosh", reduction) { y, p in
            let error = p - y
            // ln cosh e = e + ln(1 + exp(-2e)) - ln 2, without overflow.
            return error + (error * -2).softplus() - 0.6931471805599453
        }
    }
}
