import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Connectionist temporal classification against Keras 3.15.1 on JAX, in double precision.
@Suite(.serialized) struct CTCTests {
    /// Four sequences of five steps with four classes.
    private static let logits: [Double] = [
        -0.65, -0.17, 1.66, 0.66, -1.64, -0.01, -0.62, 0.15, -1.61, 0.24, 0.24, 1.58, 0.32, 0.51, -1.49, 2.25, -1.92,
        1.1, -0.33, -0.88, -0.66, -0.67, 0.38, -0.11, 1.48, -1.83, 0, -0.89, 0.78, -2.12, -0.34, 0.21, -1.48, 0.99,
        0.18, 1.01, 0.96, -0.98, -0.8, -0.2, 0.75, 0.85, -0.71, -0.61, -0.8, -0.58, -0.24, -0.13, 2.06, -0.51, -0.29,
        0.46, -0.95, -0.37, 0.01, 0.77, -1.32, 1.37, -0.35, 0.17, 0.85, 0.66, 1.06, 0.17, -0.02, 0.32, -1, 1.21,
        -0.78, -1.26, 2.06, -0.14, -1.18, 1.85, -0.33, 1.06, -0.83, -0.25, -1.69, -1.91,
    ]
    /// Labels that repeat, that fill the steps, and that leave most of them to blanks.
    private var labels: Tensor { Tensor([[1, 2, 0], [3, 3, 1], [2, 0, 0], [1, 2, 3]] as [[Int32]]) }
    private static let losses = [7.477574983010752, 3.8259046945795148, 5.704670114489409, 4.112597537021237]
    /// The gradient of the mean.
    private static let gradient: [Double] = [
        -0.0830540617557, -0.127058662957, 0.153604709881, 0.0565080148322, -0.00268779833633, -0.134001082605,
        0.0359684083426, 0.100720472599, -0.0107420587916, -0.147985168659, -0.00103114548931, 0.15975837294,
        -0.0874194981652, -0.0637971227838, -0.0347367994931, 0.185953420442, -0.0206676710227, 0.175293517682,
        -0.178828488951, 0.0242026422918, 0.0359685009146, 0.0377736296112, 0.107943854892, -0.181685985418,
        -0.0598846923734, 0.00672422720836, 0.0419180702831, 0.011242394882, 0.0819342203493, 0.00706575096035,
        0.0418988886844, -0.130898859994, 0.00639445116501, -0.0806595485646, 0.0436196210081, 0.0306454763915,
        -0.00281135777548, -0.0716915602121, 0.0263996391567, 0.0481032788309, -0.138844649895, 0.106509441055,
        0.00759985302554, 0.0247353558143, -0.146973202932, 0.0523474855723, 0.0125285178571, 0.0820971995029,
        -0.0233390655404, 0.0139276963792, -0.0273291203338, 0.036740489495, -0.0525377702753, 0.0406573392667,
        -0.115245651223, 0.127126082232, -0.0750822656361, 0.161483967988, -0.135039738826, 0.0486380364746,
        -0.0236292589658, -0.09833394869, 0.0864585193218, 0.035504688334, -0.0147883162202, -0.114315553407,
        -0.00881582850698, 0.137919698134, 0.0102253556487, 0.00700347509279, -0.0379540896788, 0.0207252589373,
        0.0012082641791, 0.15477940565, 0.00202952976577, -0.158017199595, -0.100116612176, 0.125820025388,
        0.0298102566125, -0.0555136698242,
    ]

    @Test(arguments: ["cpu", "opencl"]) func agreesWithKeras(device: String) throws {
        try PlainKernels.withDevice(device) {
            let logits = Tensor(shape: [4, 5, 4], scalars: Self.logits)
            let each = try Loss.ctc(reduction: .none)(labels, logits)
            expectClose(
                Values([4], .float64, try each.doubles()), Values([4], .float64, Self.losses), .relative(1e-9))
            let mean = try Loss.ctc(labels, logits)
            let gradient = gradients(of: mean, withRespectTo: [logits])[0]
            expectClose(
                Values([4, 5, 4], .float64, try gradient.doubles()), Values([4, 5, 4], .float64, Self.gradient),
                .ofPeak(1e-9))
        }
    }

    /// Three equal labels need two blanks between them: five steps, not three.
    @Test func tooFewStepsCostMuch() throws {
        let logits = Tensor(shape: [1, 3, 4], scalars: Array(Self.logits.prefix(12)))
        let loss = try Loss.ctc(Tensor([[2, 2, 2]] as [[Int32]]), logits).doubles()[0]
        #expect(abs(loss - 100002.71224566705) < 1e-6)
    }

    /// One label in two steps: both, or a blank before or after it, at four classes equally likely.
    @Test func byHand() throws {
        let loss = try Loss.ctc(Tensor([[1]] as [[Int32]]), .zeros([1, 2, 4], .float64)).doubles()[0]
        #expect(abs(loss - 1.6739764335716714) < 1e-12)  // -ln (3 / 16)
    }

    @Test func trainsAndNamesWhatDoesNotFit() throws {
        let model = Sequential([Input(shape: [5, 4]), Dense(4)])
        model.compile(optimizer: .adam(learningRate: 0.05), loss: try Loss("CTC"))
        let x = Tensor(shape: [4, 5, 4], scalars: Self.logits.map { Float($0) })
        let losses = try model.fit(x, labels, epochs: 5, verbose: 0)["loss"]
        #expect(losses[4] < losses[0])
        expectError(.shape, at: "loss ctc", found: "targets of shape (4,)", expected: "[batch, length]") {
            try model.fit(x, labels[0..., 0], verbose: 0)
        }
        expectError(.data, at: "fit of sequential", found: "the label 4 in y, sample 1") {
            try model.fit(x, labels + (labels .== 3).cast(to: .int32), verbose: 0)
        }
        #expect(Loss.ctc.serialized == (try Loss(config: Loss.ctc.serialized)).serialized)
        #expect(Set(Loss.ctc.config.keys) == ["name", "reduction"])
    }
}
