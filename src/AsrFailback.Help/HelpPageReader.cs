using Markdig;
using Markdig.Syntax;

namespace AsrFailback.Help;

/// <summary>Reads pages of help: Markdown with fixed headings, so that nothing in a page is silently left out.</summary>
internal static class HelpPageReader
{
    private static readonly string[] Chapters = ["Description", "Parameters", "Examples", "Outputs", "Notes", "Related"];

    /// <summary>Reads the page of a cmdlet.</summary>
    /// <exception cref="HelpException">A chapter is missing or unknown.</exception>
    public static HelpPage Read(string path)
    {
        var page = Section.Read(path);
        if (page.Parts.Select(part => part.Title).FirstOrDefault(title => !Chapters.Contains(title)) is { } unknown)
        {
            throw new HelpException(path, $"there is no chapter '{unknown}'");
        }

        var chapters = Chapters.ToDictionary(title => title, title => page.Parts.FirstOrDefault(part => part.Title == title));
        return new HelpPage(
            page.Title,
            page.Text is [var synopsis] ? synopsis : throw new HelpException(path, "one paragraph below the title is the synopsis"),
            chapters["Description"]?.Text ?? throw new HelpException(path, "there is no description"),
            Parts(chapters["Parameters"]),
            [.. (chapters["Examples"]?.Parts ?? []).Select(part => Example(path, part))],
            Parts(chapters["Outputs"]),
            chapters["Notes"]?.Text ?? [],
            chapters["Related"]?.Items ?? []);
    }

    /// <summary>Reads the texts of parameters that several cmdlets share.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ReadShared(string path) => Parts(Section.Read(path));

    private static Dictionary<string, IReadOnlyList<string>> Parts(Section? section) =>
        (section?.Parts ?? []).ToDictionary(part => part.Title.TrimStart('-'), part => part.Text);

    private static HelpExample Example(string path, Section part) => part.Blocks is [FencedCodeBlock code, ..]
        ? new HelpExample(part.Title, Section.CodeOf(code), part.TextOf(part.Blocks.Skip(1)))
        : throw new HelpException(path, $"the example '{part.Title}' does not begin with its code");

    /// <summary>A heading, what follows it, and the sections below it.</summary>
    private sealed class Section(string source, string title, int level)
    {
        private readonly List<Section> _parts = [];
        private readonly List<Block> _blocks = [];

        public string Title { get; } = title;

        public IReadOnlyList<Section> Parts => _parts;

        public IReadOnlyList<Block> Blocks => _blocks;

        public IReadOnlyList<string> Text => TextOf(_blocks);

        public IReadOnlyList<string> Items => [.. _blocks.OfType<ListBlock>().SelectMany(list => list).Select(Plain)];

        public static Section Read(string path)
        {
            var source = File.ReadAllText(path);
            var open = new Stack<Section>([new Section(source, path, level: 0)]);
            foreach (var block in Markdown.Parse(source))
            {
                if (block is not HeadingBlock heading)
                {
                    open.Peek()._blocks.Add(block);
                    continue;
                }

                while (open.Peek().Level >= heading.Level)
                {
                    open.Pop();
                }

                var section = new Section(source, open.Peek().Plain(heading), heading.Level);
                open.Peek()._parts.Add(section);
                open.Push(section);
            }

            return open.Last().Parts is [var page] ? page : throw new HelpException(path, "a page has one title");
        }

        public static string CodeOf(FencedCodeBlock code) => code.Lines.ToString();

        public IReadOnlyList<string> TextOf(IEnumerable<Block> blocks) => [.. blocks.Select(block => block switch
        {
            FencedCodeBlock code => CodeOf(code),
            ListBlock list => string.Join('\n', list.Select(item => $"- {Plain(item)}")),
            _ => Plain(block),
        })];

        private int Level { get; } = level;

        private string Plain(Block block) =>
            Markdown.ToPlainText(source.Substring(block.Span.Start, block.Span.Length)).Trim().ReplaceLineEndings(" ");
    }
}
