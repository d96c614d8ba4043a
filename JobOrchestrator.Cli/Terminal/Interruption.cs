using System.Runtime.InteropServices;

namespace JobOrchestrator.Cli;

/// <summary>Whether somebody wants the program to end: by Ctrl+C, or by SIGTERM. A second time ends it at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _code;

    /// <summary>Cancelled once somebody does.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>With what to end then.</summary>
    public int Code => Volatile.Read(ref _code) is var code and not 0 ? code : ExitCode.Interrupted;

    /// <summary>Hears the process' signals from now on.</summary>
    public Interruption Listen()
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Hear(context, ExitCode.Interrupted)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Hear(context, ExitCode.Terminated)));
        return this;
    }

    /// <summary>Does what a signal does.</summary>
    /// <param name="code">With what to end.</param>
    /// <returns>Whether it is the first one.</returns>
    public bool Stop(int code)
    {
        if (Interlocked.CompareExchange(ref _code, code, 0) != 0)
        {
            return false;
        }

        _source.Cancel();
        return true;
    }

    public void Dispose() => _signals.ForEach(static signal => signal.Dispose());

    private void Hear(PosixSignalContext context, int code) => context.Cancel = Stop(code);
}
