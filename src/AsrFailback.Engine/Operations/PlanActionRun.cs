using System.Security.Cryptography;
using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Plans;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Scripts;
using AsrFailback.Fabrics.Hooks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Carries out one action of a run of a plan. It is recorded as begun before it begins, so that after the end of the process it is done
/// again, and not left out: what an action does must bear to be done twice.
/// </summary>
internal sealed class PlanActionRun(RunRecoveryPlan run, FailbackEngine engine)
{
    /// <summary>The variable of a script's environment that names the file with its context.</summary>
    public const string ContextVariable = "ASR_RECOVERY_PLAN_CONTEXT";

    /// <summary>Does it; an action that fails stops the run, unless that goes on whatever happens (RPL-02).</summary>
    public async Task RunAsync(ActionStep step, TaskContext context)
    {
        try
        {
            await DoAsync(step, context).ConfigureAwait(false);
        }
        catch (AsrException failed) when (run.GoesOn == true)
        {
            context.Warn(ErrorCatalogue.Error("PlanActionFailed", step.Action.Name, failed.Error.Message));
            context.EndsAs = JobState.Failed;
        }
        catch (AsrException failed)
        {
            throw ErrorCatalogue.Caused(failed, "PlanActionStopped", run.Plan, step.Action.Name, failed.Error.Message);
        }
    }

    private async Task DoAsync(ActionStep step, TaskContext context)
    {
        switch (step.Action)
        {
            case ManualAction manual when context.Task.Observation is null:
                context.Suspend(manual.Description);
                break;
            case ScriptAction script:
                await RunScriptAsync(script, step, context).ConfigureAwait(false);
                break;
            case RunbookAction runbook:
                var call = new HookCall(runbook.Uri, ContextOf(step).ToJson(), $"{context.JobName}/{step.Task.Name}", runbook.Timeout) { TokenVariable = runbook.TokenVariable };
                context.SetOutput(await engine.Hook.PostAsync(call, context.Cancellation).ConfigureAwait(false));
                break;
        }
    }

    private async Task RunScriptAsync(ScriptAction script, ActionStep step, TaskContext context)
    {
        var program = engine.Scripts.Named(script);
        var (files, path) = (engine.Options.Files, engine.PlanContextPath(context.JobName, step.Task.Name));
        var output = new LastCharacters(ScriptAction.MaxOutput);
        using var copy = new ScriptCopy(program, engine.PlanScriptFolder(context.JobName, step.Task.Name), files);
        AtomicFile.Replace(files, path, ContextOf(step).ToJson());
        try
        {
            var start = ScriptRun.Of(program, script.Parameters, script.Timeout) with
            {
                File = copy.Path, Variables = new Dictionary<string, string> { [ContextVariable] = path },
            };
            await new ScriptRunner(engine.Options.Clock).RunAsync(start, output, context.Cancellation).ConfigureAwait(false);
        }
        finally
        {
            context.SetOutput(output.ToString());
            files.Delete(path);
        }
    }

    private RecoveryPlanContext ContextOf(ActionStep step) => RecoveryPlanContext.Of(run, step, MachineOf);

    // The sites may be out of reach when a plan runs: what is told comes from the vault alone.
    private (Guid Id, ContextMachine Machine) MachineOf(ItemCommand command)
    {
        var facts = engine.TryRuntimeOf(command.Item)?.State.Facts;
        var point = command switch
        {
            StartFailover failover => failover.PointId ?? facts?.FailoverPoint?.Id,
            StartTestFailover test => test.PointId ?? facts?.TestFailover?.PointId,
            _ => facts?.FailoverPoint?.Id,
        };
        var fabric = facts is null ? "" : facts.FabricOf(run.Direction == FailoverDirection.ToHome ? Side.Home : Side.Recovery);
        return (IdOf(command.Item), new ContextMachine($"{engine.VaultGuid}", facts?.ResourceGroup ?? "local", fabric, command.Item, $"{point}"));
    }

    // The same in every run, and without a look at a site.
    private Guid IdOf(string item) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{engine.VaultGuid}/{item.ToUpperInvariant()}")).AsSpan(0, 16));
}
