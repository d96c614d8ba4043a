namespace Load;

/// <summary>What a process has used since it began.</summary>
/// <param name="Cpu">Processor time.</param>
/// <param name="Allocated">Managed bytes that it allocated.</param>
/// <param name="Paused">How long its garbage collector stopped it.</param>
/// <param name="Resident">Bytes of memory that it has now.</param>
internal readonly record struct Usage(TimeSpan Cpu, long Allocated, TimeSpan Paused, long Resident)
{
    /// <summary>What it used from then to now; its memory is that of now.</summary>
    public Usage Since(Usage before) => new(Cpu - before.Cpu, Allocated - before.Allocated, Paused - before.Paused, Resident);
}
