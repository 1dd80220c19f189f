namespace AsrFailback.Fabrics.Tests;

/// <summary>Assertions that show everything they found.</summary>
internal static class Claim
{
    public static void None(IEnumerable<string> found)
    {
        var all = found.ToArray();
        Assert.True(all.Length == 0, $"{all.Length} found:\n{string.Join('\n', all.Take(40))}");
    }

    public static void None(string? found) => Assert.True(found is null, found);
}
