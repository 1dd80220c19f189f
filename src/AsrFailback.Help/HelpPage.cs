namespace AsrFailback.Help;

/// <summary>What a page of help says about one cmdlet; what can be read from the cmdlet itself is not in it.</summary>
/// <param name="Name">Name of the cmdlet.</param>
/// <param name="Synopsis">One sentence.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Parameters">Text of each parameter.</param>
/// <param name="Examples">Examples in order.</param>
/// <param name="Outputs">Text of each type that is returned.</param>
/// <param name="Notes">Paragraphs; often none.</param>
/// <param name="Related">Names of other pages.</param>
internal sealed record HelpPage(
    string Name,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters,
    IReadOnlyList<HelpExample> Examples,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Related);

/// <summary>One example.</summary>
/// <param name="Title">What it does.</param>
/// <param name="Code">What is typed.</param>
/// <param name="Remarks">Paragraphs, sample output among them.</param>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>A page that cannot be used, with the place and the reason.</summary>
internal sealed class HelpException(string page, string reason) : Exception($"{page} : error HELP: {reason}");
