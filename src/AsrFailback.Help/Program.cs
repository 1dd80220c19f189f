using AsrFailback.Help;

// Turns the pages below docs/help/<culture> into the files that Get-Help reads. A page that is missing, speaks of a
// parameter that is not there, or leaves one out, fails the build.
// Arguments: the cmdlets' assembly, a file that lists its references, the folder of the cultures, the folder of the module.
var (assembly, references, pages, module) = (args[0], File.ReadAllLines(args[1]), args[2], args[3]);
var cmdlets = CmdletFacts.Read(assembly, references);
var failures = 0;
foreach (var culture in Directory.GetDirectories(pages))
{
    var target = Directory.CreateDirectory(Path.Combine(module, Path.GetFileName(culture))).FullName;
    try
    {
        MamlWriter.Document(HelpFolder.Match(cmdlets, culture)).Save(Path.Combine(target, $"{Path.GetFileName(assembly)}-Help.xml"));
        foreach (var topic in HelpFolder.Topics(culture))
        {
            File.Copy(topic, Path.Combine(target, $"{Path.GetFileNameWithoutExtension(topic)}.help.txt"), overwrite: true);
        }
    }
    catch (AggregateException several)
    {
        foreach (var failure in several.InnerExceptions)
        {
            Console.Error.WriteLine(failure.Message);
            failures++;
        }
    }
}

return failures == 0 ? 0 : 1;
