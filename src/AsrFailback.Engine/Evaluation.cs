using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine;

/// <summary>
/// One evaluation of checks, of one machine or of all machines of a plan: every site is looked at once, and what the machines that
/// come earlier will take is promised to them. Lives as long as the evaluation; not thread-safe.
/// </summary>
/// <param name="amongKnown">Whether one machine of a running plan is judged: the others are as the plan's last look found them.</param>
internal sealed class Evaluation(bool amongKnown)
{
    private readonly Dictionary<string, SiteView?> _views = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Departures> _departures = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (Arrivals Arrivals, int Counted)> _arrivals = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What comes before, in its order.</summary>
    public List<StartFailover> Earlier { get; } = [];

    /// <summary>What is done together, whatever its order; empty where one machine is judged by itself.</summary>
    public IReadOnlyList<ItemCommand> Together { get; init; } = [];

    /// <summary>A site with a machine in it.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: the site's file, or that of the machine itself, cannot be read.</exception>
    public SiteView ViewOf(EmbeddedSite site, string machine)
    {
        if (!_views.TryGetValue(site.Name, out var view))
        {
            view = _views[site.Name] = TryLook(site, machine);
        }

        return view ?? new SiteView(site.Snapshot(machine));
    }

    /// <summary>The machine of an item at a side; null when it is not there or cannot be looked at.</summary>
    public Machine? TryFind(FailbackEngine engine, ProtectionFacts facts, Side side)
    {
        try
        {
            return ViewOf(engine.Site(facts.FabricOf(side)), facts.Item).Find(facts.Item);
        }
        catch (AsrException)
        {
            return null;
        }
    }

    /// <summary>What arrives at a site.</summary>
    /// <param name="fabric">The site.</param>
    /// <param name="underWay">The failovers that are under way whatever comes before.</param>
    /// <param name="arrivalOf">The machine of a failover as it will be there; null when it does not arrive there.</param>
    public Arrivals ArrivingAt(string fabric, Func<IEnumerable<StartFailover>> underWay, Func<StartFailover, Machine?> arrivalOf)
    {
        var (arrivals, coming) = _arrivals.TryGetValue(fabric, out var known) ? (known.Arrivals, Earlier.Skip(known.Counted)) : (Arrivals.None, underWay().Concat(Earlier));
        arrivals = coming.Select(arrivalOf).OfType<Machine>().Aggregate(arrivals, (before, machine) => before.With(machine));
        _arrivals[fabric] = (arrivals, Earlier.Count);
        return arrivals;
    }

    /// <summary>What leaves a site together.</summary>
    /// <param name="fabric">The site.</param>
    /// <param name="leaving">The machines that leave it.</param>
    public Departures LeavingFrom(string fabric, Func<IEnumerable<Machine>> leaving)
    {
        if (!_departures.TryGetValue(fabric, out var departures))
        {
            departures = _departures[fabric] = leaving().Aggregate(Departures.None, (before, machine) => before.With(machine));
        }

        return departures;
    }

    // The file of another machine may be broken; it is not the one that is asked about.
    private SiteView? TryLook(EmbeddedSite site, string machine)
    {
        try
        {
            return amongKnown ? site.LookAt(machine) : site.Look();
        }
        catch (AsrException)
        {
            return null;
        }
    }
}
