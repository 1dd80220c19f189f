using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AsrFailback.Core.Json;

/// <summary>
/// What holds for every JSON file before its types are looked at: real characters, no name twice, bounded texts,
/// numbers that a computer can hold, null only where something may be absent. Pure.
/// </summary>
public static class JsonSense
{
    private const int MaxText = 1024;
    private const int MaxName = 128;
    private const int Shown = 40;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a text that makes no sense.</summary>
    /// <param name="content">The text.</param>
    /// <param name="mayBeNull">Whether a property of that name may be null.</param>
    /// <param name="fault">Makes the error of a place and what is wrong there.</param>
    /// <exception cref="AsrException">What <paramref name="fault"/> makes.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Require(byte[] content, Func<string, bool> mayBeNull, Func<string, string, AsrException> fault)
    {
        ArgumentNullException.ThrowIfNull(mayBeNull);
        ArgumentNullException.ThrowIfNull(fault);
        RequireCharacters(content, fault);
        using var document = JsonDocument.Parse(content, HandWritten.Reading);
        new Walk(mayBeNull, fault).Require(document.RootElement);
    }

    private static void RequireCharacters(byte[] content, Func<string, string, AsrException> fault)
    {
        try
        {
            Strict.GetCharCount(content);
        }
        catch (DecoderFallbackException wrong)
        {
            throw fault(string.Create(CultureInfo.InvariantCulture, $"$ (byte {wrong.Index})"), "this is not a character of UTF-8");
        }
    }

    private sealed class Walk(Func<string, bool> mayBeNull, Func<string, string, AsrException> fault)
    {
        private readonly List<object> _steps = [];

        public void Require(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    RequireText(TextOf(element.GetString), MaxText);
                    break;
                case JsonValueKind.Number when !element.TryGetDouble(out var number) || !double.IsFinite(number):
                    throw Fault($"{Short(element.GetRawText())} is too large");
                case JsonValueKind.Null when _steps is not [.., string name] || !mayBeNull(name):
                    throw Fault("it is null");
                case JsonValueKind.Array:
                    RequireItems(element);
                    break;
                case JsonValueKind.Object:
                    RequireProperties(element);
                    break;
            }
        }

        private void RequireItems(JsonElement array)
        {
            var index = 0;
            foreach (var item in array.EnumerateArray())
            {
                _steps.Add(index++);
                Require(item);
                _steps.RemoveAt(_steps.Count - 1);
            }
        }

        private void RequireProperties(JsonElement element)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in element.EnumerateObject())
            {
                var name = TextOf(() => property.Name);
                RequireText(name, MaxName);
                _steps.Add(name);
                if (!seen.Add(name))
                {
                    throw Fault("it is there twice");
                }

                Require(property.Value);
                _steps.RemoveAt(_steps.Count - 1);
            }
        }

        private string TextOf(Func<string?> read)
        {
            try
            {
                return read()!;
            }
            catch (InvalidOperationException)
            {
                throw Fault("it holds half a character");
            }
        }

        private void RequireText(string text, int limit)
        {
            if (text.Length > limit)
            {
                throw Fault($"'{Short(text)}' has {text.Length} characters; {limit} are possible");
            }
        }

        // A place is put into words only when it is needed.
        private AsrException Fault(string what) =>
            fault("$" + string.Concat(_steps.Select(step => step is int index ? $"[{index.ToString(CultureInfo.InvariantCulture)}]" : $".{step}")), what);

        private static string Short(string text) => text.Length <= Shown ? text : text[..Shown] + "…";
    }
}
