namespace AsrFailback.Core;

/// <summary>Names that are one plain file name everywhere.</summary>
public static class PlainName
{
    /// <summary>Whether a name is letters, digits, '-' and '_', at most 80 of them.</summary>
    public static bool Is(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= 80 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
    }
}
