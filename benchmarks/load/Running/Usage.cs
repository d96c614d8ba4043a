namespace Load;

/// <summary>What a process has used since it began.</summary>
/// <param name="Cpu">Processor time.</param>
/// <param name="Allocated">Managed bytes that it allocated.</param>
/// <param name="Paused">How long its garbage collector stopped it.</param>
/// <param name="Resident">Bytes of memory that it has now.</param>
/// <param name="Shared">
/// Bytes of these that other processes have as well and nobody has written: the runtime's files. 0 where the system does not say.
/// </param>
internal readonly record struct Usage(TimeSpan Cpu, long Allocated, TimeSpan Paused, long Resident, long Shared)
{
    /// <summary>What it used from then to now; its memory is that of now.</summary>
    public Usage Since(Usage before) => this with
    {
        Cpu = Cpu - before.Cpu,
        Allocated = Allocated - before.Allocated,
        Paused = Paused - before.Paused,
    };
}
