using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Which doors are open, and what is said of jobs that come in by them; section <c>Doors</c> of the configuration.</summary>
public sealed class DoorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Doors";

    private const int NameMax = 256;

    /// <summary>Clients of relay, all three generations. Off: what nobody uses nobody reaches, and relay hands out jobs by GET.</summary>
    public bool Relay { get; set; }

    /// <summary>The owner of jobs that come in by relay's routes, who gets their events. None.</summary>
    [MaxLength(NameMax)]
    public string? RelayOwner { get; set; }

    /// <summary>Clients of Hasty. Off.</summary>
    public bool Hasty { get; set; }

    /// <summary>The owner of jobs that come in by Hasty's routes, who gets their events. None.</summary>
    [MaxLength(NameMax)]
    public string? HastyOwner { get; set; }

    /// <summary>The shortest time that Hasty's simulated work takes, in seconds. 15, as there.</summary>
    [Range(0, 3_600)]
    public int HastyMinSeconds { get; set; } = 15;

    /// <summary>The longest, in seconds. 44, as there; over its 46 s a job is cancelled.</summary>
    [Range(0, 3_600)]
    public int HastyMaxSeconds { get; set; } = 44;
}

/// <summary>Checks <see cref="DoorOptions"/> at the start.</summary>
[OptionsValidator]
internal sealed partial class DoorOptionsValidator : IValidateOptions<DoorOptions>;
