namespace JobOrchestrator.Simulation;

/// <summary>Something that befalls the holder of the first shard in a world that draws nothing.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">It is killed in its next commit, or asked to stop.</param>
/// <param name="Away">How long it stays away.</param>
internal sealed record Happening(TimeSpan At, HappeningKind Kind, TimeSpan Away);

/// <summary>What befalls it.</summary>
internal enum HappeningKind
{
    /// <summary>It is killed once the head of its next commit is stored.</summary>
    KillInCommit = 1,

    /// <summary>It is asked to stop.</summary>
    Stop = 2,
}

/// <summary>Has them happen.</summary>
/// <param name="scene">Where.</param>
/// <param name="callFaults">What befalls a process at its calls.</param>
internal sealed class Happenings(Scene scene, CallFaults callFaults)
{
    /// <summary>Says when each of them happens.</summary>
    public void Place()
    {
        foreach (Happening happening in scene.Swarm.Happenings)
        {
            scene.World.In(happening.At, null, StepKind.World, happening.Kind.ToString(), () => Happen(happening));
        }
    }

    private void Happen(Happening happening)
    {
        SimReplica? holder = scene.Replicas.FirstOrDefault(replica => replica.Lane?.Look(() => replica.Holds(0)) == true)
            ?? scene.Replicas.FirstOrDefault(replica => replica.IsAlive);
        if (holder?.Lane is not { } lane)
        {
            return;
        }

        if (happening.Kind == HappeningKind.KillInCommit)
        {
            scene.World.Note(lane, $"will be killed in its next commit, and stay away for {happening.Away.TotalSeconds:0.0} s");
            callFaults.KillInCommit(lane, happening.Away);
        }
        else
        {
            scene.World.Note(lane, $"is asked to stop, and stays away for {happening.Away.TotalSeconds:0.0} s");
            holder.Restart(() => scene.World.In(happening.Away, null, StepKind.World, "start", holder.StartIfDead));
        }
    }
}
