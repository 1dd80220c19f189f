using System.Text.Json;
using AsrFailback.Fabrics.Tests;

namespace AsrFailback.Engine.Tests;

/// <summary>A server outside is told where a machine runs, once it runs there, and a repeat is known by its key (FO-12).</summary>
public sealed class ClientRoutingTests
{
    [Fact]
    [Requirement("FO-12", "FO-07")]
    public async Task It_is_told_after_every_change_of_sides_with_the_address_there()
    {
        await using var server = HookServer.Of(200);
        await using var world = await RoutedAsync(server.Address);
        WorldEdit.Make(world, "home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.1.0.4");

        await world.FailOverAsync(shutDown: true);
        await world.RunAsync(new CancelFailover(DrWorld.Item));
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        Assert.Equal(
            [
                "UnplannedFailover onprem>azure 10.1.0.4 2", "CancelFailover azure>onprem 10.0.0.4 3",
                "UnplannedFailover onprem>azure 10.1.0.4 4", "UnplannedFailover azure>onprem 10.0.0.4 5",
            ],
            server.Requests.Select(Told));
        Assert.Equal(4, server.Requests.Select(KeyOf).Distinct().Count());
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task It_is_told_of_every_network_interface()
    {
        await using var server = HookServer.Of(200);
        await using var world = await RoutedAsync(server.Address);
        WorldEdit.Make(world, "home/web01:nics=[{\"name\":\"nic0\",\"primary\":false},{\"name\":\"nic1\",\"primary\":true,\"targetAddress\":\"10.1.0.4\"}]");

        await world.FailOverAsync(shutDown: true);

        var told = BodyOf(Assert.Single(server.Requests));
        Assert.Equal("10.1.0.4", told.GetProperty("address").GetString());
        Assert.Equal(["nic0 vnet-recovery ", "nic1 vnet-recovery 10.1.0.4"], told.GetProperty("nics").EnumerateArray().Select(nic =>
            $"{nic.GetProperty("name")} {nic.GetProperty("network")} {(nic.TryGetProperty("address", out var address) ? address.GetString() : "")}"));
    }

    [Fact]
    [Requirement("FO-12", "FO-03")]
    public async Task A_server_that_refuses_holds_no_failover_up_and_is_told_of()
    {
        await using var server = HookServer.Of(403);
        await using var world = await RoutedAsync(server.Address);

        var job = await world.FailOverAsync(shutDown: true);

        Assert.Contains("403", Assert.Single(job.Warnings, warning => warning.Id == "ClientsNotRouted").Message, StringComparison.Ordinal);
        Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));
    }

    // Stopped while it was told: the next opening repeats it, and the server sees that it is the same.
    [Fact]
    [Requirement("FO-12", "FO-11")]
    public async Task A_repeat_after_a_stop_has_the_same_key()
    {
        using var asked = new SemaphoreSlim(0);
        await using var server = new HookServer(async (number, stream, stop) =>
        {
            asked.Release();
            await (number == 1 ? Task.Delay(Timeout.Infinite, stop) : HookServer.SendAsync(stream, "200 OK", "done"));
        });
        await using var world = await RoutedAsync(server.Address);
        var job = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        Assert.True(await asked.WaitAsync(DrWorld.Patience));

        await world.ReopenAsync();
        var ended = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Succeeded, 2), (ended.State, server.Requests.Count));
        Assert.Single(server.Requests.Select(KeyOf).Distinct());
        Assert.Single(server.Requests.Select(Told).Distinct());
        Assert.DoesNotContain(ended.Warnings, warning => warning.Id == "ClientsNotRouted");
    }

    [Theory]
    [Requirement("FO-12", "TO-09")]
    [InlineData("http://example.com/hook", null)]
    [InlineData("https://name:word@example.com/hook", null)]
    [InlineData("https://example.com/hook", "TOKEN=1")]
    public async Task A_hook_that_cannot_be_used_is_refused(string address, string? variable)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { State = new MemoryState() });

        Assert.Equal(["RoutingInvalid"], await world.RefusedAsync(
            new UpdateProtection(DrWorld.Item, DrWorld.Policy with { Routing = new RoutingHook(address) { TokenVariable = variable } })));
    }

    private static Task<DrWorld> RoutedAsync(string address) =>
        DrWorld.ProtectedAsync(new WorldSetup { State = new MemoryState(), Policy = DrWorld.Policy with { Routing = new RoutingHook(address) } });

    private static string Told(string request)
    {
        var told = BodyOf(request);
        var address = told.TryGetProperty("address", out var known) ? known.GetString() : null;
        return $"{told.GetProperty("operation")} {told.GetProperty("from")}>{told.GetProperty("to")} {address} {told.GetProperty("epoch")}".TrimEnd();
    }

    private static JsonElement BodyOf(string request) => JsonSerializer.Deserialize<JsonElement>(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);

    private static string KeyOf(string request) => request.Split("\r\n").Single(line => line.StartsWith("Idempotency-Key:", StringComparison.Ordinal));
}
