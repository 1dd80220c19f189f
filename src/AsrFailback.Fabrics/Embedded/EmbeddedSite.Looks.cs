using AsrFailback.Core.Readiness;

namespace AsrFailback.Fabrics.Embedded;

/// <content>
/// A look at the whole inventory, and looks at one machine among others that were looked at before: what hundreds of machines
/// of a plan cost does not grow with how many there are.
/// </content>
public sealed partial class EmbeddedSite
{
    private readonly object _looking = new();
    private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);
    private SiteView? _known;

    /// <summary>The whole inventory as its files are now.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: a file cannot be read, be it that of one machine.</exception>
    public SiteView Look()
    {
        lock (_looking)
        {
            _known = null;
            TakeWritten();
            var view = new SiteView(Snapshot());
            _known = IsGone ? null : view;
            return view;
        }
    }

    /// <summary>
    /// One machine and what is no machine as their files are now, and the other machines as the last look found them, with
    /// whatever was written here since. What somebody else changes in their files counts from the next whole look on.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: a file cannot be read.</exception>
    public SiteView LookAt(string machine)
    {
        lock (_looking)
        {
            if (_known is null || IsGone)
            {
                return Look();
            }

            var site = ReadSite();
            KnowWritten(site);
            return _known.With(Surroundings(site) with { Machines = [.. MachineNames(machine).Select(name => WithPlaces(ReadMachine(name), site))] }, [machine]);
        }
    }

    private void KnowWritten(SiteDocument site)
    {
        if (TakeWritten() is { Length: > 0 } written)
        {
            _known = _known!.With(Surroundings(site) with { Machines = [.. written.Select(name => TryRead(name, site)).OfType<Machine>()] }, written);
        }
    }

    // The file of another machine may be broken; it is not the one that is asked about.
    private Machine? TryRead(string name, SiteDocument site)
    {
        try
        {
            return FindMachine(name) is { } machine ? WithPlaces(machine, site) : null;
        }
        catch (AsrException)
        {
            NoteWritten(name);
            return null;
        }
    }

    // Noted when it is written, so that whoever takes the note reads what was written.
    private void NoteWritten(string machine)
    {
        lock (_written)
        {
            _written.Add(machine);
        }
    }

    private string[] TakeWritten()
    {
        lock (_written)
        {
            string[] written = [.. _written];
            _written.Clear();
            return written;
        }
    }
}
