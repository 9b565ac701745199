import Glibc
import IbexModels
import IbexTestSupport
import Testing

/// What a person sees while a model trains. The screens were written by hand in Keras 3.15's and Keras 2.12's formats.
@Suite struct ProgressScreenTests {
    private let early: Logs = ["accuracy": 0.09375, "loss": 2.302585]
    private let middle: Logs = ["accuracy": 0.703125, "loss": 0.98764]
    private let whole: Logs = ["accuracy": 0.87312, "loss": 0.4567, "val_accuracy": 0.9123, "val_loss": 0.31234]

    /// The screens after the first step, after the 201st and at the end of an epoch.
    private func screens(_ stage: ProgressStage) -> [[String]] {
        var screens: [[String]] = []
        stage.begin()
        stage.step(1, at: 1, early)
        screens.append(stage.screen.lines)
        stage.step(201, at: 2, middle)
        screens.append(stage.screen.lines)
        stage.end(at: 4, whole)
        screens.append(stage.screen.lines)
        return screens
    }

    private func expect(_ stage: ProgressStage, _ screens: [[String]], location: SourceLocation = #_sourceLocation) {
        #expect(self.screens(stage) == screens, sourceLocation: location)
        #expect(stage.screen.wraps == 0 && stage.screen.escapes.isEmpty, sourceLocation: location)
        #expect(stage.screen.cursor.column == 0, sourceLocation: location)
    }

    @Test func eightyColumns() throws {
        let bar = "━━━━━━━━━━━━━━━━━━━━"
        expect(
            try ProgressStage(columns: 80),
            [
                ["Epoch 1/2", "  1/469 \(bar) 7:48 1s/step - accuracy: 0.0938 - loss: 2.3026"],
                ["Epoch 1/2", "201/469 \(bar) 1s 5ms/step - accuracy: 0.7031 - loss: 0.9876"],
                [
                    "Epoch 1/2", "469/469 \(bar) 4s 6ms/step - accuracy: 0.8731 - loss: 0.4567",
                    " - val_accuracy: 0.9123 - val_loss: 0.3123", "",
                ],
            ])
    }

    @Test func aHundredColumnsHoldItAll() throws {
        let stage = try ProgressStage(columns: 100)
        let line =
            "469/469 ━━━━━━━━━━━━━━━━━━━━ 4s 6ms/step - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123 - val_loss: 0.3123"
        #expect(screens(stage)[2] == ["Epoch 1/2", String(line.prefix(97)), String(line.dropFirst(97)), ""])
        let wide = try ProgressStage(columns: 200)
        #expect(screens(wide)[2] == ["Epoch 1/2", line, ""])
    }

    @Test func sixtyColumns() throws {
        expect(
            try ProgressStage(columns: 60),
            [
                ["Epoch 1/2", "  1/469 ━━━━━━━━━━━━ 7:48 - accuracy: 0.0938 - loss: 2.3026"],
                ["Epoch 1/2", "201/469 ━━━━━ 1s 5ms/step - accuracy: 0.7031 - loss: 0.9876"],
                [
                    "Epoch 1/2", "469/469 ━━━━━━━━━━━━━━━━━━━━ 4s 6ms/step - accuracy: 0.8731",
                    " - loss: 0.4567 - val_accuracy: 0.9123 - val_loss: 0.3123", "",
                ],
            ])
    }

    @Test func thirtyColumns() throws {
        expect(
            try ProgressStage(columns: 30),
            [
                ["Epoch 1/2", "  1/469 7:48 - loss: 2.3026 …"],
                ["Epoch 1/2", "201/469 1s - loss: 0.9876 …"],
                [
                    "Epoch 1/2", "469/469 ━━━━━━━━━ 4s 6ms/step", " - accuracy: 0.8731", " - loss: 0.4567",
                    " - val_accuracy: 0.9123", " - val_loss: 0.3123", "",
                ],
            ])
    }

    @Test func tenColumns() throws {
        let stage = try ProgressStage(columns: 10)
        #expect(
            screens(stage) == [
                ["Epoch 1/2", "  1/469 7"], ["Epoch 1/2", "201/469 1"],
                [
                    "Epoch 1/2", "469/469 4", " - …: 0.8", " - …: 0.4", " - …: 0.9", " - …: 0.3", "",
                ],
            ])
        #expect(stage.screen.wraps == 0)
    }

    @Test func keras2() throws {
        let (dots, signs) = (String(repeating: ".", count: 30), String(repeating: "=", count: 30))
        expect(
            try ProgressStage(columns: 140, style: .keras2),
            [
                ["Epoch 1/2", "  1/469 [\(dots)] - ETA: 7:48 - accuracy: 0.0938 - loss: 2.3026"],
                [
                    "Epoch 1/2",
                    "201/469 [===========>..................] - ETA: 1s - accuracy: 0.7031 - loss: 0.9876",
                ],
                [
                    "Epoch 1/2",
                    "469/469 [\(signs)] - 4s 6ms/step - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123 "
                        + "- val_loss: 0.3123", "",
                ],
            ])
        expect(
            try ProgressStage(columns: 60, style: .keras2),
            [
                ["Epoch 1/2", "  1/469 [....................] - ETA: 7:48 - loss: 2.3026 …"],
                ["Epoch 1/2", "201/469 [=>...] - ETA: 1s - accuracy: 0.7031 - loss: 0.9876"],
                [
                    "Epoch 1/2", "469/469 [\(signs)] - 4s 6ms/step",
                    " - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123", " - val_loss: 0.3123", "",
                ],
            ])
    }

    @Test func numberOfStepsIsNotKnown() throws {
        let stage = try ProgressStage(columns: 80, steps: nil)
        stage.begin()
        stage.step(1, at: 1)
        stage.step(12, at: 2.1, middle)
        #expect(stage.screen.lines[1] == "     12/Unknown 2s 100ms/step - accuracy: 0.7031 - loss: 0.9876")
    }

    /// 準確率 is three characters and six columns wide, the emoji two, é one in two parts.
    @Test func wideCharacters() throws {
        let logs: Logs = ["準確率": 0.5, "cafe\u{301}": 0.25, "loss": 0.125, "🎯": 1]
        func shown(_ columns: Int) throws -> [String] {
            let stage = try ProgressStage(columns: columns)
            stage.begin()
            stage.step(1, at: 1, logs)
            stage.end(at: 2, logs)
            #expect(stage.screen.wraps == 0)
            return stage.screen.lines
        }
        let bar = "━━━━━━━━━━━━━━━━━━━━"
        let values = " - 準確率: 0.5000 - cafe\u{301}: 0.2500 - loss: 0.1250 - 🎯: 1.0000"
        #expect(try shown(110)[1] == "469/469 \(bar) 2s 2ms/step\(values)")
        // 40 columns and 17, 15, 15, 13: the emoji has no room in 99 columns.
        #expect(try shown(100)[1...2] == ["469/469 \(bar) 2s 2ms/step" + values.dropLast(12), " - 🎯: 1.0000"])
        #expect(try shown(72)[1] == "469/469 \(bar) 2s 2ms/step - 準確率: 0.5000")
        let long = try ProgressStage(columns: 21)
        long.begin()
        long.end(at: 1, ["準確率準確率準確率": 0.5])
        #expect(long.screen.lines[2] == " - 準確率準…: 0.5000")
    }

    /// The C library and this one know the same characters as wide, but for those that Unicode got in between.
    @Test func widths() {
        for value in (0x20..<0x30000 as Range<UInt32>) {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else { continue }
            let width = WideCharacters.width(of: scalar)
            // Flags are pairs of regional indicators.
            guard width > 0, !(0x1F1E6...0x1F1FF).contains(value), scalar.properties.generalCategory != .format else {
                continue
            }
            let columns = String(scalar).columns
            #expect(
                columns == width || (columns == 2 && scalar.properties.age.map { $0.major > 14 } ?? true), "\(value)")
        }
        #expect("👩‍👩‍👧".columns == 2 && "e\u{301}".columns == 1 && "❤️".columns == 2 && "a\u{7}".columns == 1)
    }

    @Test func terminalGetsNarrowerAndWider() throws {
        let stage = try ProgressStage(columns: 80)
        stage.begin()
        stage.step(1, at: 1, early)
        stage.resize(columns: 40)
        stage.step(201, at: 2, middle)
        #expect(
            stage.screen.lines == [
                "Epoch 1/2", "  1/469 ━━━━━━━━━━━━━━━━━━━━ 7:48 1s/ste", "201/469 ━━━━━━━━━━━ 1s - loss: 0.9876 …",
            ])
        stage.resize(columns: 80)
        stage.step(301, at: 2.5, middle)
        #expect(
            stage.screen.lines.last == "301/469 ━━━━━━━━━━━━━━━━━━━━ 0s 5ms/step - accuracy: 0.7031 - loss: 0.9876")
        #expect(stage.screen.lines.count == 3 && stage.screen.wraps == 0)
    }

    /// A shorter line leaves nothing of the longer one before it.
    @Test func nothingIsLeftOfALongerLine() throws {
        let stage = try ProgressStage(columns: 80)
        stage.begin()
        stage.step(1, at: 1, ["loss": 0.0001])
        stage.step(2, at: 2, ["loss": 1])
        #expect(stage.screen.lines[1].hasSuffix("1s/step - loss: 1.0000"))
    }

    /// Without colours the steps to come have thinner cells.
    @Test func noColor() throws {
        let stage = try ProgressStage(columns: 80, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        let screens = screens(stage)
        #expect(
            screens[1][1] == "201/469 ━━━━━━━━──────────── 1s 5ms/step - accuracy: 0.7031 - loss: 0.9876")
        #expect(screens[2][2] == " - val_accuracy: 0.9123 - val_loss: 0.3123")
        #expect(!stage.written.contains("\u{1B}"))
        #expect(try ProgressStage(columns: 80, environment: ["NO_COLOR": ""]).terminal.far > 0)
    }

    /// A terminal that cannot draw over a line, and a build server that shows one, get lines, as do pipes and files.
    @Test(arguments: [["TERM": "dumb"], ["TERM": "xterm", "CI": "true"], [:]])
    func lines(environment: [String: String]) throws {
        let lines = [
            "Epoch 1/2",
            "469/469 - 4s - 6ms/step - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123 - val_loss: 0.3123", "",
        ]
        // Verbosity 2 has lines on any terminal.
        let stage = try ProgressStage(environment.isEmpty ? .lines : .bar, columns: 200, environment: environment)
        #expect(screens(stage)[2] == lines)
        #expect(!stage.written.replacing("\r\n", with: "\n").contains { $0 == "\r" || $0 == "\u{1B}" || $0 == "\u{8}" })
    }

    @Test func keras2Lines() throws {
        let stage = try ProgressStage(.lines, columns: 200, style: .keras2)
        stage.begin()
        stage.step(1, at: 1, early)
        stage.endSteps(at: 3.3)
        stage.end(at: 4, whole)
        #expect(
            stage.screen.lines[1]
                == "469/469 - 4s - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123 - val_loss: 0.3123 - 3s/epoch "
                + "- 7ms/step")
    }

    @Test func pipe() throws {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let console = Console(
            write: { _ = write(writing, Array($0.utf8), $0.utf8.count) },
            terminal: Terminal(writing) { _ in "xterm" })
        let progress = Progress(.auto, epochs: 2, steps: 469, console: console) { 0 }
        progress.begin(epoch: 0)
        for step in 1...469 where progress.isDue(step) { progress.update(step, logs: middle) }
        progress.end(whole)
        close(writing)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(reading, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        #expect(
            text == "Epoch 1/2\n469/469 - 0s - 0s/step - accuracy: 0.8731 - loss: 0.4567 - val_accuracy: 0.9123 "
                + "- val_loss: 0.3123\n")
        #expect(console.terminal.columns == 80)
    }

    /// In a log an epoch shows where it is after one, two, four and eight minutes, unless lines were asked for.
    @Test func longEpochsInALog() throws {
        func log(_ verbosity: Verbosity, _ style: ProgressStyle) throws -> [String] {
            let stage = try ProgressStage(
                verbosity, columns: 200, epochs: 1, steps: 1001, style: style, environment: ["CI": "1"])
            stage.begin()
            for step in 1...1001 { stage.step(step, at: Double(step - 1), ["loss": 0.5]) }
            stage.end(at: 1000, ["loss": 0.25])
            return stage.screen.lines
        }
        let signs = [
            "  61/1001 - ETA: 15:40 - 1s/step - loss: 0.5000", " 121/1001 - ETA: 14:40 - 1s/step - loss: 0.5000",
            " 241/1001 - ETA: 12:40 - 1s/step - loss: 0.5000", " 481/1001 - ETA: 8:40 - 1s/step - loss: 0.5000",
            " 961/1001 - ETA: 40s - 1s/step - loss: 0.5000",
        ]
        #expect(try log(.auto, .keras3) == signs + ["1001/1001 - 1000s - 1s/step - loss: 0.2500", ""])
        #expect(try log(.auto, .keras2).dropLast(2) == signs[...])
        #expect(try log(2, .keras3) == ["1001/1001 - 1000s - 1s/step - loss: 0.2500", ""])
    }
}
