import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// Names and numbers are written as Python writes them.
@Suite struct FileNameTemplateTests {
    @Test func templatesAreFilledAsPythonDoes() throws {
        let formats = try #require(try OracleCallbacks.shared()["formats"])
        var fields: [String: FileNameTemplate.Field] = [:]
        for (name, value) in formats["fields"]?.object ?? [:] {
            let number = try #require(value.anyDouble)
            fields[name] = ["epoch", "batch"].contains(name) ? .integer(Int(number)) : .number(number)
        }
        let templates = try #require(formats["templates"]?.array)
        #expect(templates.count > 50)
        for entry in templates {
            let pair = try #require(entry.array)
            let template = FileNameTemplate(try #require(pair[0].string))
            if let want = pair[1].string {
                #expect(try template.filled(fields, at: "a test") == want, "\(pair[0])")
            } else {
                expectError(.argument, at: "a test") { _ = try template.filled(fields, at: "a test") }
            }
        }
    }

    @Test func errorsListTheNames() {
        expectError(.argument, found: "{val_loss} in m-{val_loss:.2f}.h5", expected: "one of epoch, loss") {
            _ = try FileNameTemplate("m-{val_loss:.2f}.h5").filled(["epoch": .integer(1), "loss": .number(2)], at: "")
        }
    }

    @Test func numbersAreAsShortAsPythons() throws {
        for entry in try OracleCallbacks.entries("numbers") {
            let pair = try #require(entry.array)
            #expect(NumberText.shortest(try #require(pair[0].anyDouble)) == pair[1].string)
        }
    }
}
