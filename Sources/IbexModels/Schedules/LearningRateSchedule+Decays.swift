import Glibc
import IbexGraph

extension LearningRate where Self == LearningRateSchedule {
    /// lr · rate^(step / steps); by whole powers only where `staircase` is set.
    public static func exponentialDecay(
        from initial: Double, steps: Double, rate: Double, staircase: Bool = false, name: String = "ExponentialDecay"
    ) -> LearningRateSchedule {
        let config: Config = decay(initial, steps, name, ["decay_rate": .double(rate), "staircase": .bool(staircase)])
        return LearningRateSchedule("ExponentialDecay", config: config) { step in
            let share = step / steps
            return ((staircase ? share.floor() : share) * log(rate)).exp() * initial
        }
    }

    /// lr / (1 + rate · step / steps); by whole shares only where `staircase` is set.
    public static func inverseTimeDecay(
        from initial: Double, steps: Double, rate: Double, staircase: Bool = false, name: String = "InverseTimeDecay"
    ) -> LearningRateSchedule {
        let config: Config = decay(initial, steps, name, ["decay_rate": .double(rate), "staircase": .bool(staircase)])
        return LearningRateSchedule("InverseTimeDecay", config: config) { step in
            let share = step / steps
            return initial / ((staircase ? share.floor() : share) * rate + 1)
        }
    }

    /// (lr - end) (1 - step / steps)^power + end, and `end` after that; with `cycle` it starts again over ever longer
    /// stretches.
    public static func polynomialDecay(
        from initial: Double, steps: Double, to end: Double = 0.0001, power: Double = 1, cycle: Bool = false,
        name: String = "PolynomialDecay"
    ) -> LearningRateSchedule {
        let config: Config = decay(
            initial, steps, name,
            ["end_learning_rate": .double(end), "power": .double(power), "cycle": .bool(cycle)])
        return LearningRateSchedule("PolynomialDecay", config: config) { step in
            let share = step / steps
            let done = cycle ? share / share.ceil().maximum(1) : share.minimum(1)
            return (1 - done).power(power) * (initial - end) + end
        }
    }

    /// `values[i]` up to and with step `boundaries[i]`, the last value after that.
    ///
    /// - Precondition: there is one value more than there are boundaries.
    public static func piecewiseConstantDecay(
        boundaries: [Double], values: [Double], name: String = "PiecewiseConstant"
    ) -> LearningRateSchedule {
        precondition(
            values.count == boundaries.count + 1,
            "piecewiseConstantDecay: found \(values.count) values for \(boundaries.count) boundaries; "
                + "expected one value more than boundaries")
        let config: Config = [
            "boundaries": .array(boundaries.map { .double($0) }), "values": .array(values.map { .double($0) }),
            "name": .string(name),
        ]
        return LearningRateSchedule("PiecewiseConstantDecay", config: config) { step in
            zip(boundaries, values).reversed().reduce(step.filled(values[values.count - 1])) { later, piece in
                Tensor.where(step .<= piece.0, step.filled(piece.1), later)
            }
        }
    }

    /// Half a cosine wave down to `alpha` of the rate, perhaps after a straight rise to `warmupTarget` over `warmupSteps`
    /// (Loshchilov and Hutter, 2016).
    public static func cosineDecay(
        from initial: Double, steps: Double, alpha: Double = 0, warmupTarget: Double? = nil, warmupSteps: Double = 0,
        name: String = "CosineDecay"
    ) -> LearningRateSchedule {
        let config: Config = decay(
            initial, steps, name,
            [
                "alpha": .double(alpha), "warmup_target": ConfigValue(warmupTarget),
                "warmup_steps": .double(warmupSteps),
            ])
        return LearningRateSchedule("CosineDecay", config: config) { step in
            func wave(_ step: Tensor, _ top: Double) -> Tensor {
                let share = step.minimum(steps) / steps
                return ((share * Double.pi).cos() * 0.5 + 0.5) * ((1 - alpha) * top) + alpha * top
            }
            guard let warmupTarget else { return wave(step, initial) }
            let rising = step * ((warmupTarget - initial) / Swift.max(warmupSteps, 1)) + initial
            return Tensor.where(step .< warmupSteps, rising, wave(step - warmupSteps, warmupTarget))
        }
    }

    /// Half cosine waves one after another, each `tMul` times as long and `mMul` times as high as the one before
    /// (Loshchilov and Hutter, 2016).
    public static func cosineDecayRestarts(
        from initial: Double, firstSteps: Double, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0,
        name: String = "SGDRDecay"
    ) -> LearningRateSchedule {
        let config: Config = [
            "initial_learning_rate": .double(initial), "first_decay_steps": .double(firstSteps),
            "t_mul": .double(tMul), "m_mul": .double(mMul), "alpha": .double(alpha), "name": .string(name),
        ]
        return LearningRateSchedule("CosineDecayRestarts", config: config) { step in
            var share = step / firstSteps
            let restarts: Tensor
            if tMul == 1 {
                restarts = share.floor()
                share = share - restarts
            } else {
                restarts = ((1 - share * (1 - tMul)).log() / log(tMul)).floor()
                let stretch = (restarts * log(tMul)).exp()
                share = (share - (1 - stretch) / (1 - tMul)) / stretch
            }
            let height = (restarts * log(mMul)).exp()
            return (height * ((share * Double.pi).cos() * 0.5 + 0.5) * (1 - alpha) + alpha) * initial
        }
    }

    private static func decay(_ initial: Double, _ steps: Double, _ name: String, _ more: Config) -> Config {
        let common: Config = [
            "initial_learning_rate": .double(initial), "decay_steps": .double(steps), "name": .string(name),
        ]
        return common.merging(more) { $1 }
    }
}
