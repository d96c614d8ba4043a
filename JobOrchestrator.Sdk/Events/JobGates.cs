using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>One at a time for each job; a gate lives only as long as someone uses it.</summary>
internal sealed class JobGates
{
    // Guards the dictionary and the counts in it.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Gate> _gates = [];

    /// <summary>How many jobs have somebody inside, or in front.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
            {
                return _gates.Count;
            }
        }
    }

    public async Task<IDisposable> EnterAsync(string jobId, CancellationToken cancellationToken)
    {
        Gate gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(jobId, out gate!))
            {
                _gates.Add(jobId, gate = new Gate(this, jobId));
            }

            gate.Users++;
        }

        try
        {
            await gate.Turn.TakeAsync(cancellationToken);
            return gate;
        }
        catch (OperationCanceledException)
        {
            Leave(gate);
            throw;
        }
    }

    private void Leave(Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users == 0)
            {
                _gates.Remove(gate.JobId);
            }
        }
    }

    private sealed class Gate(JobGates owner, string jobId) : IDisposable
    {
        public string JobId => jobId;

        public Slots Turn { get; } = new(1);

        public int Users { get; set; }

        public void Dispose()
        {
            Turn.Release();
            owner.Leave(this);
        }
    }
}
