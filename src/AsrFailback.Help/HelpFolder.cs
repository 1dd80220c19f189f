namespace AsrFailback.Help;

/// <summary>The pages of one culture: one for each cmdlet, one for shared parameters, and topics.</summary>
internal static class HelpFolder
{
    private const string SharedPage = "parameters.md";
    private const string TopicPattern = "about_*.md";

    /// <summary>The files of the topics.</summary>
    public static string[] Topics(string folder) => Directory.GetFiles(folder, TopicPattern);

    /// <summary>Every cmdlet with its page, complete.</summary>
    /// <exception cref="AggregateException">Of <see cref="HelpException"/>, one for each thing wrong.</exception>
    public static IReadOnlyList<(CmdletFacts Facts, HelpPage Page)> Match(IReadOnlyList<CmdletFacts> cmdlets, string folder)
    {
        var failures = new List<HelpException>();
        var shared = HelpPageReader.ReadShared(Path.Combine(folder, SharedPage));
        var matched = new List<(CmdletFacts, HelpPage)>();
        foreach (var cmdlet in cmdlets)
        {
            var path = Path.Combine(folder, $"{cmdlet.Name}.md");
            if (!File.Exists(path))
            {
                failures.Add(new HelpException(path, "the page is missing"));
                continue;
            }

            try
            {
                var page = HelpPageReader.Read(path);
                failures.AddRange(Mistakes(cmdlet, page, shared.Keys).Select(mistake => new HelpException(path, mistake)));
                matched.Add((cmdlet, page with { Parameters = Merge(page.Parameters, shared) }));
            }
            catch (HelpException unreadable)
            {
                failures.Add(unreadable);
            }
        }

        var known = cmdlets.Select(cmdlet => $"{cmdlet.Name}.md").Append(SharedPage).Concat(Topics(folder).Select(Path.GetFileName));
        var stray = Directory.GetFiles(folder).Where(path => !known.Contains(Path.GetFileName(path)));
        failures.AddRange(stray.Select(path => new HelpException(path, "there is no such cmdlet")));
        return failures.Count == 0 ? matched : throw new AggregateException(failures);
    }

    private static IEnumerable<string> Mistakes(CmdletFacts cmdlet, HelpPage page, IEnumerable<string> shared)
    {
        var names = cmdlet.Parameters.Select(parameter => parameter.Name).Distinct().ToList();
        var mistakes = names.Except(page.Parameters.Keys).Except(shared).Select(name => $"-{name} is not described")
            .Concat(page.Parameters.Keys.Except(names).Select(name => $"there is no -{name}"))
            .Concat(cmdlet.Outputs.Except(page.Outputs.Keys).Select(type => $"the output {type} is not described"))
            .Concat(page.Outputs.Keys.Except(cmdlet.Outputs).Select(type => $"it does not return {type}"));
        if (page.Name != cmdlet.Name)
        {
            mistakes = mistakes.Append($"the title is '{page.Name}'");
        }

        return page.Examples.Count >= 2 ? mistakes : mistakes.Append("there are fewer than two examples");
    }

    private static Dictionary<string, IReadOnlyList<string>> Merge(
        IReadOnlyDictionary<string, IReadOnlyList<string>> own, IReadOnlyDictionary<string, IReadOnlyList<string>> shared)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(shared);
        foreach (var (name, text) in own)
        {
            all[name] = text;
        }

        return all;
    }
}
