import Synchronization

/// Names as Keras makes them: snake_case, and a counter that runs through the process.
package enum KerasName {
    private static let counters = Mutex<[String: Int]>([:])

    /// `Conv2D` becomes `conv2d`, `MaxPooling2D` `max_pooling2d`, `RMSprop` `rm_sprop`.
    package static func snakeCase(_ name: String) -> String {
        let letters = Array(name)
        var result = ""
        for (index, letter) in letters.enumerated() {
            if index > 0, letter.isUppercase {
                let next = index + 1 < letters.count && letters[index + 1].isLowercase
                if next || letters[index - 1].isLowercase { result += "_" }
            }
            result += letter.lowercased()
        }
        return result
    }

    /// The base itself for the first of its kind, then `base_1`, `base_2`.
    package static func unique(_ base: String) -> String {
        let count = counters.withLock { counters in
            defer { counters[base, default: 0] += 1 }
            return counters[base, default: 0]
        }
        return count == 0 ? base : "\(base)_\(count)"
    }

    package static func reset() { counters.withLock { $0 = [:] } }
}

/// Starts the counters of automatic names again: the next `Dense` is called `dense`.
public func clearSession() { KerasName.reset() }
