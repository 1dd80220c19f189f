using System.Text;

namespace AsrFailback.Engine.Scripts;

/// <summary>The last characters of what several streams say, as they come; everything is read, so that nobody waits. Thread-safe.</summary>
internal sealed class LastCharacters(int limit)
{
    private readonly StringBuilder _text = new();

    /// <summary>Reads a stream to its end, or until it is closed.</summary>
    public async Task ReadAsync(TextReader stream)
    {
        var buffer = new char[4096];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                Add(buffer.AsSpan(0, count));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Whoever wrote it is gone.
        }
    }

    /// <summary>At most so many characters of it, the last ones.</summary>
    public string Tail(int count) => ToString() is var text && text.Length > count ? text[^count..] : text;

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString().Trim();
        }
    }

    private void Add(ReadOnlySpan<char> text)
    {
        lock (_text)
        {
            _text.Append(text);
            _text.Remove(0, Math.Max(0, _text.Length - limit));
        }
    }
}
