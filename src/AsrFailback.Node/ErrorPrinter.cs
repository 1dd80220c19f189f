namespace AsrFailback.Node;

/// <summary>Prints errors of the catalogue: what happened, why, what to do.</summary>
internal static class ErrorPrinter
{
    /// <summary>Prints one error with its reasons to standard error.</summary>
    public static void Print(AsrError error)
    {
        Console.Error.WriteLine($"Error {error.Code}: {error.Message}");
        foreach (var reason in error.Reasons.Count > 1 ? error.Reasons : [])
        {
            Console.Error.WriteLine($"  - {reason.Message} ({reason.Code})");
            Console.Error.WriteLine($"    {reason.RecommendedAction}");
        }

        Console.Error.WriteLine($"  Possible causes: {error.PossibleCauses}");
        Console.Error.WriteLine($"  What to do:      {error.RecommendedAction}");
    }

    /// <summary>Prints what is wrong with a command line.</summary>
    public static void PrintUsage(IEnumerable<string> messages, string command)
    {
        foreach (var message in messages)
        {
            Console.Error.WriteLine($"Error: {message}");
        }

        Console.Error.WriteLine($"  What to do:      {command} --help");
    }
}
