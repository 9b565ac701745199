/// What somebody meant who wrote something else.
enum Spelling {
    /// The question whether a known word was meant; nothing where none is near.
    static func remedy(for word: String, among words: [String]) -> String {
        nearest(to: word, among: words).map { "Did you mean \($0)?" } ?? ""
    }

    /// The word that takes the fewest changes, where that is at most a third of its letters.
    static func nearest(to word: String, among words: [String]) -> String? {
        let word = word.lowercased()
        let ranked = words.map { ($0, distance(word, $0.lowercased())) }.min { $0.1 < $1.1 }
        guard let (nearest, distance) = ranked, distance <= max(1, nearest.count / 3) else { return nil }
        return nearest
    }

    /// How many letters have to be put in, left out or replaced, or exchanged with the next one (the restricted distance of
    /// Damerau and Levenshtein).
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let change = rows[i][j] + (a[i] == b[j] ? 0 : 1)
                row.append(min(change, rows[i][j + 1] + 1, row[j] + 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], rows[i - 1][j - 1] + 1)
                }
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
