using System.Globalization;
using System.Resources;

namespace AsrFailback.Commands;

/// <summary>What the cmdlets say besides errors, in the culture of the session: <c>Messages.resx</c>, <c>Messages.ko.resx</c>.</summary>
internal static class Messages
{
    private static readonly ResourceManager Texts = new(typeof(Messages));

    /// <summary>A text with its arguments filled in.</summary>
    public static string Get(string name, params object?[] arguments) =>
        string.Format(CultureInfo.CurrentCulture, Texts.GetString(name, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException(name), arguments);
}
