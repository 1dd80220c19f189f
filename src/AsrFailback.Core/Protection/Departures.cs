using System.Collections.Immutable;

namespace AsrFailback.Core.Protection;

/// <summary>
/// Machines that leave their site together: those of one recovery plan (FO-12). A subnet is failed over wholly when all that run on it are
/// among them. Immutable, thread-safe.
/// </summary>
public sealed class Departures
{
    /// <summary>Nobody leaves.</summary>
    public static readonly Departures None = new(
        ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase), ImmutableDictionary.Create<string, int>(StringComparer.OrdinalIgnoreCase));

    private readonly ImmutableHashSet<string> _machines;
    private readonly ImmutableDictionary<string, int> _running;

    private Departures(ImmutableHashSet<string> machines, ImmutableDictionary<string, int> running) => (_machines, _running) = (machines, running);

    /// <summary>How many of them run on a network.</summary>
    public int RunningOn(string network) => _running.GetValueOrDefault(network);

    /// <summary>The same with one more; one that is among them already is not counted twice.</summary>
    /// <param name="machine">The machine where it is now.</param>
    public Departures With(Machine machine) => _machines.Contains(machine.Name) ? this : new Departures(
        _machines.Add(machine.Name),
        machine.Power == PowerState.On
            ? NicPlaces.NetworksOf(machine).Aggregate(_running, (running, network) => running.SetItem(network, running.GetValueOrDefault(network) + 1))
            : _running);
}
