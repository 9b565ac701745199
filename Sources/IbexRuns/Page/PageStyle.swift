/// How a report looks: on a screen, light or dark, and on paper.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6570; --line: #d5dade; --page: #ffffff; --card: #f4f6f8; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e8ec; --soft: #9aa5b0; --line: #39424b; --page: #14181c; --card: #1e242a; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
        h2 { margin: 2.75rem 0 0.75rem; font-size: 1.3rem; border-bottom: 1px solid var(--line); padding-bottom: 0.3rem; }
        p { margin: 0.5rem 0; max-width: 44rem; }
        header p { color: var(--soft); }
        header .notice { color: var(--ink); font-weight: 600; }
        .headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0.75rem;
          margin: 1.5rem 0 0; }
        .headlines div { background: var(--card); border-radius: 0.5rem; padding: 0.7rem 0.9rem; }
        .headlines dt { color: var(--soft); font-size: 0.85rem; }
        .headlines dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .headlines dd small { display: block; color: var(--soft); font-size: 0.8rem; font-weight: 400; }
        figure { margin: 1rem 0 1.5rem; }
        figure img { display: block; max-width: 100%; height: auto; background: #ffffff; border: 1px solid var(--line);
          border-radius: 0.4rem; }
        figcaption, caption { color: var(--soft); font-size: 0.9rem; text-align: left; padding: 0.4rem 0; max-width: 44rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: 0.5rem 0 1.25rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: left;
          vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
        thead th { color: var(--soft); font-size: 0.85rem; overflow-wrap: normal; }
        .numbers { min-width: min(36rem, 100%); }
        .numbers th, .numbers td { overflow-wrap: normal; white-space: nowrap; }
        .numbers td, .numbers thead th:not(:first-child) { text-align: right; padding-left: 0.9rem; padding-right: 0; }
        .words tbody th { color: var(--soft); white-space: nowrap; }
        pre { background: var(--card); border-radius: 0.5rem; padding: 0.9rem 1rem; overflow-x: auto;
          font: 0.82rem/1.3 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
        details { margin: 0.5rem 0 1rem; }
        summary { cursor: pointer; color: var(--soft); }
        footer { margin-top: 3rem; color: var(--soft); font-size: 0.85rem; }
        @media print {
          :root { --ink: #000000; --soft: #444444; --line: #bbbbbb; --page: #ffffff; --card: #f4f4f4; }
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          h2 { break-after: avoid; }
          figure, tr, .headlines div { break-inside: avoid; }
          pre { white-space: pre-wrap; overflow: visible; }
          .headlines div, pre { border: 1px solid var(--line); }
        }
        """
}
