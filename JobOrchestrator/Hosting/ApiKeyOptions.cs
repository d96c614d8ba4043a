using System.ComponentModel.DataAnnotations;

namespace JobOrchestrator.Hosting;

/// <summary>What a key is for. Looking at what it sees belongs to every key.</summary>
[Flags]
public enum KeyPermissions
{
    /// <summary>Not said, which is refused at the start.</summary>
    None = 0,

    /// <summary>Looks at its owner's jobs and at those of its queues, and does nothing else.</summary>
    Read = 1,

    /// <summary>Submits jobs of its owner, and cancels, moves, retries and purges them.</summary>
    Submit = 2,

    /// <summary>Takes jobs from its queues and reports on them.</summary>
    Work = 4,

    /// <summary>
    /// Pauses and resumes its queues, and cancels, moves, retries and purges the jobs in them, whosever they are.
    /// </summary>
    Operate = 8,

    /// <summary>
    /// Reads what jobs carry: input, state, result and an error's detail. A key has it unless <see cref="ApiKeyOptions.ReadPayload"/> is
    /// false.
    /// </summary>
    ReadPayload = 16,
}

/// <summary>One caller that is let in.</summary>
public sealed class ApiKeyOptions : IValidatableObject
{
    /// <summary>Stands for every queue in <see cref="Queues"/> and <see cref="SubmitQueues"/>.</summary>
    public const string AnyQueue = "*";

    private const int NameMax = 256;

    /// <summary>The caller's name, for the log.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>The secret, sent as <c>Authorization: Bearer …</c> or <c>X-Api-Key: …</c>. At least 16 characters.</summary>
    [Required]
    [MinLength(16)]
    public string Key { get; set; } = "";

    /// <summary>The key may see and do everything; it then names no owner, queues or permissions. False.</summary>
    public bool Admin { get; set; }

    /// <summary>The owner whose jobs this caller sees and submits. Null: none, it goes by its queues alone.</summary>
    [MaxLength(NameMax)]
    public string? Owner { get; set; }

    /// <summary>
    /// What the key is for: one or several of <c>Read</c>, <c>Submit</c>, <c>Work</c> and <c>Operate</c>, with commas. <c>ReadPayload</c>
    /// comes with any of them, and is nothing by itself.
    /// </summary>
    public KeyPermissions Permissions { get; set; }

    /// <summary>
    /// False: the key sees how long the input, state, result and error's detail of a job are, and not what they say. What it leases comes
    /// whole: a worker needs it. True.
    /// </summary>
    public bool ReadPayload { get; set; } = true;

    /// <summary>The queues that the key works and operates, and whose jobs it sees, whosever they are; <c>*</c>: all.</summary>
    public IList<string> Queues { get; } = [];

    /// <summary>The queues that the key submits into; <c>*</c>: all. Empty: those of <see cref="Queues"/>.</summary>
    public IList<string> SubmitQueues { get; } = [];

    /// <summary>The highest priority that the key gives to a job. Null: any.</summary>
    public int? PriorityMax { get; set; }

    /// <summary>
    /// Refuses a key that says less than it has to, or more than counts: whoever reads the settings has to see what it may do.
    /// </summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Admin)
        {
            if (Owner is not null || PriorityMax is not null || Permissions != KeyPermissions.None
                || Queues.Count > 0 || SubmitQueues.Count > 0 || !ReadPayload)
            {
                yield return Fault("says Admin, which is everything, and bounds besides. Leave out the one or the other.", nameof(Admin));
            }

            yield break;
        }

        if (Owner is null && Queues.Count == 0)
        {
            yield return Fault(
                "has neither Owner nor Queues. A key that may see and do everything says \"Admin\": true; until now it did so by saying "
                    + "nothing.",
                nameof(Owner));
            yield break;
        }

        if (Permissions is KeyPermissions.None or KeyPermissions.ReadPayload)
        {
            yield return Fault(
                "does not say what it is for: \"Permissions\": one or several of Read, Submit, Work, Operate, with commas. Until now a "
                    + "key with Owner had Submit, into every queue, and with Queues also Work and Operate; one with Queues alone had "
                    + "everything.",
                nameof(Permissions));
        }

        if (Permissions.HasFlag(KeyPermissions.ReadPayload) && !ReadPayload)
        {
            yield return Fault(
                "names ReadPayload in Permissions and says \"ReadPayload\": false. Leave out the one or the other.", nameof(ReadPayload));
        }

        if (Permissions.HasFlag(KeyPermissions.Submit) && Queues.Count == 0 && SubmitQueues.Count == 0)
        {
            yield return Fault("may submit into no queue: name some in SubmitQueues, or \"*\" for every queue.", nameof(SubmitQueues));
        }

        if ((Permissions & (KeyPermissions.Work | KeyPermissions.Operate)) != KeyPermissions.None && Queues.Count == 0)
        {
            yield return Fault("may work or operate no queue: name some in Queues, or \"*\" for every queue.", nameof(Queues));
        }
    }

    private ValidationResult Fault(string what, string member) => new($"The key '{Name}' of Api:Keys {what}", [member]);
}
