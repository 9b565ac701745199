import IbexModels
import Testing

/// What is written while a model trains, and when.
@Suite struct ProgressTests {
    @Test func silence() throws {
        let stage = try ProgressStage(.silent, columns: 80)
        stage.begin()
        stage.step(1, at: 1)
        stage.end(at: 2)
        #expect(stage.written.isEmpty)
    }

    /// Keras 3.15's bytes: back over the line before, a bold counter, the finished cells green, the others white, a bold
    /// time; what was longer before is overwritten by blanks.
    @Test func keras3Bytes() throws {
        let stage = try ProgressStage(columns: 120, epochs: 1, steps: 3)
        func cells(_ count: Int) -> String { String(repeating: "━", count: count) }
        stage.begin()
        stage.step(1, at: 0.485, ["accuracy": 0.40625, "loss": 0.000_5])
        let first =
            "\r\u{1B}[1m1/3\u{1B}[0m \u{1B}[32m\(cells(6))\u{1B}[0m\u{1B}[37m\(cells(14))\u{1B}[0m \u{1B}[1m0s\u{1B}[0m "
            + "485ms/step - accuracy: 0.4062 - loss: 5.0000e-04"
        #expect(stage.written == first)
        stage.end(at: 0.617, ["accuracy": 0.75, "loss": 0.5])
        let back = String(repeating: "\u{8}", count: 76)
        let last =
            "\r\u{1B}[1m3/3\u{1B}[0m \u{1B}[32m\(cells(20))\u{1B}[0m\u{1B}[37m\u{1B}[0m \u{1B}[1m1s\u{1B}[0m "
            + "66ms/step - accuracy: 0.7500 - loss: 0.5000"
        #expect(stage.written == first + back + last + "     \r\n")
    }

    /// No cell is finished: there is no green part, not even an empty one.
    @Test func keras3BytesWithoutAFinishedCell() throws {
        let stage = try ProgressStage(columns: 120, epochs: 1, steps: 100)
        stage.begin()
        stage.step(1, at: 0)
        let cells = String(repeating: "━", count: 20)
        #expect(
            stage.written
                == "\r\u{1B}[1m  1/100\u{1B}[0m \u{1B}[37m\(cells)\u{1B}[0m \u{1B}[1m0s\u{1B}[0m 0s/step")
    }

    /// Ten times a second, however fast the steps are.
    @Test(arguments: [0.0001, 0.004, 0.03]) func redraws(secondsPerStep: Double) throws {
        let steps = Int(3 / secondsPerStep)
        let stage = try ProgressStage(columns: 80, steps: steps)
        stage.begin()
        for step in 1...steps { stage.step(step, at: Double(step) * secondsPerStep) }
        #expect((25...31).contains(stage.draws), "\(stage.draws)")
    }

    @Test func slowStepsAreAllShown() throws {
        let stage = try ProgressStage(columns: 80, steps: 20)
        stage.begin()
        for step in 1..<20 { stage.step(step, at: Double(step)) }
        #expect(stage.draws == 19)
    }

    @Test func times() {
        #expect(ProgressText.remaining(59.9) == "59s")
        #expect(ProgressText.remaining(60.5) == "1:00")
        #expect(ProgressText.remaining(65) == "1:05")
        #expect(ProgressText.remaining(7384) == "2:03:04")
        #expect(ProgressText.duration(2.4, "step") == "2s/step")
        #expect(ProgressText.duration(0.0124, "step") == "12ms/step")
        #expect(ProgressText.duration(0.000_33, "step") == "330us/step")
    }

    /// The seconds left, as shown after each step of a pass whose steps are done at some times.
    private func left(_ times: [Double]) throws -> [Int] {
        let stage = try ProgressStage(columns: 80, steps: times.count + 1, environment: ["NO_COLOR": "1"])
        stage.begin()
        return try times.enumerated().map { index, time in
            stage.step(index + 1, at: time)
            let words = stage.screen.lines.last?.split(separator: " ") ?? []
            let shown = try #require(words.dropLast().last)
            let numbers: [Int] = shown.split(separator: ":").map { Int($0.filter(\.isNumber)) ?? 0 }
            return numbers.reduce(0) { $0 * 60 + $1 }
        }
    }

    /// Steps that take a second, now a tenth more, now a tenth less: the time left falls as the clock goes.
    @Test func timeLeftIsSteady() throws {
        let delays = [0.1, -0.1, 0]
        let left = try left((1...100).map { Double($0) + delays[$0 % 3] })
        for step in 10..<99 {
            let fall = left[step] - left[step + 1]
            #expect(fall >= 0 && fall <= 2)
        }
        #expect(try #require(left.last) <= 1)
    }

    /// From the second step on it is left out, as Keras does: 90 steps of one second are left then.
    @Test func firstStepDoesNotCount() throws {
        let times = [9.0] + (10..<100).map { Double($0) }
        #expect(try left(times).prefix(3) == [9 * 91, 90, 89])
    }

    /// The second half of the steps takes three times as long: the mean of all would say 2 s a step near the end.
    @Test func slowerStepsAreNoticed() throws {
        let fast = (1...100).map { Double($0) }
        let left = try left(fast + fast.map { 100 + 3 * $0 })
        #expect(abs(left[179] - 63) <= 5, "\(left[179])")
    }
}
