using System.Diagnostics;

namespace Sidecar.Conformance.Running;

/// <summary>Waits for what another process will do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes; false when it never was.</summary>
    public static async Task<bool> IsAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Limit)
            {
                return false;
            }

            await Task.Delay(Interval);
        }

        return true;
    }
}
