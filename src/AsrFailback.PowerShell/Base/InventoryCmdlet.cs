using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists one kind of thing of the sites' inventories, by name and fabric.</summary>
/// <typeparam name="T">The kind.</typeparam>
public abstract class InventoryCmdlet<T> : VaultCmdlet
    where T : class
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InventoryCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Fabrics to look at, or their names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [Identity("Fabric", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Fabric { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Fabric, async (pump, cancellation) =>
    {
        var fabrics = new NameChoice(Fabric, "FabricNotFound");
        var names = new NameChoice(Name, NotFoundId, Fabric is ["*"] ? Messages.Get("AnySite") : string.Join(", ", Fabric));
        foreach (var fabric in (await Service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabrics.Takes(fabric.Name)))
        {
            try
            {
                var inventory = await Service.GetInventoryAsync(fabric.Name, cancellation).ConfigureAwait(false);
                foreach (var thing in Of(inventory).Where(thing => names.Takes(NameOf(thing))))
                {
                    pump.Write(thing);
                }
            }
            catch (AsrException unreadable)
            {
                pump.Error(unreadable, fabric.Name);
            }
        }

        pump.Errors(fabrics);
        pump.Errors(names);
    });

    private protected virtual string NotFoundId => "InventoryNotFound";

    private protected abstract IEnumerable<T> Of(InventorySnapshot inventory);

    private protected abstract string NameOf(T thing);
}
