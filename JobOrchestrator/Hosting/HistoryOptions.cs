using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>What is kept of what jobs did, for plots; configuration section <c>History</c>.</summary>
public sealed class HistoryOptions
{
    /// <summary>
    /// KiB that it takes at most in a replica, about; beyond, what names that are idle for longest have by seconds goes first. Default
    /// 16,384.
    /// </summary>
    [Range(256, 1_048_576)]
    public int KilobytesMax { get; set; } = 16_384;
}

[OptionsValidator]
internal sealed partial class HistoryOptionsValidator : IValidateOptions<HistoryOptions>;
