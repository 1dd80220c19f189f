using System.Globalization;
using System.Xml.Linq;

namespace AsrFailback.Help;

/// <summary>Writes the XML that Get-Help reads (the MAML schema of PowerShell's help files).</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of several cmdlets as one document.</summary>
    public static XDocument Document(IEnumerable<(CmdletFacts Facts, HelpPage Page)> cmdlets) => new(
        new XElement(Root + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(cmdlet => Cmdlet(cmdlet.Facts, cmdlet.Page))));

    private static XElement Cmdlet(CmdletFacts facts, HelpPage page)
    {
        var names = facts.Name.Split('-');
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", facts.Name),
                new XElement(Command + "verb", names[0]),
                new XElement(Command + "noun", names[1]),
                new XElement(Maml + "description", Paragraphs([page.Synopsis]))),
            new XElement(Maml + "description", Paragraphs(page.Description)),
            new XElement(Command + "syntax", facts.Sets.Select(set => new XElement(
                Command + "syntaxItem",
                new XElement(Maml + "name", facts.Name),
                facts.In(set).Select(parameter => Parameter(parameter, page))))),
            new XElement(Command + "parameters", facts.Parameters.DistinctBy(parameter => parameter.Name).Select(parameter => Parameter(parameter, page))),
            new XElement(Command + "returnValues", page.Outputs.Select(output => new XElement(
                Command + "returnValue",
                new XElement(Dev + "type", new XElement(Maml + "name", output.Key)),
                new XElement(Maml + "description", Paragraphs(output.Value))))),
            new XElement(Maml + "alertSet", page.Notes.Count == 0 ? null : new XElement(Maml + "alert", Paragraphs(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(Example)),
            new XElement(Command + "relatedLinks", page.Related.Select(name => new XElement(
                Maml + "navigationLink", new XElement(Maml + "linkText", name), new XElement(Maml + "uri")))));
    }

    private static XElement Parameter(ParameterFacts parameter, HelpPage page) => new(
        Command + "parameter",
        new XAttribute("required", parameter.Mandatory),
        new XAttribute("globbing", parameter.Wildcards),
        new XAttribute("pipelineInput", Pipeline(parameter)),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        new XElement(Maml + "description", Paragraphs(page.Parameters[parameter.Name])),
        parameter.Type is null ? null : new XElement(Command + "parameterValue", new XAttribute("required", true), parameter.Type),
        parameter.Choices.Count == 0 ? null : new XElement(
            Command + "parameterValueGroup",
            parameter.Choices.Select(choice => new XElement(Command + "parameterValue", new XAttribute("required", true), choice))));

    private static string Pipeline(ParameterFacts parameter) => (parameter.ByValue, parameter.ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static XElement Example(HelpExample example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"Example {index + 1}: {example.Title}"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""]))); // one line between two examples

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> texts) => texts.Select(text => new XElement(Maml + "para", text));
}
