namespace JobOrchestrator.Core;

/// <summary>
/// A part of a record that its versions have in common until one of them says otherwise: it is written while the version is made that it
/// belongs to, and from the first copy on only a copy of it is. Equal where it says the same.
/// </summary>
internal abstract record SharedPart
{
    protected SharedPart()
    {
    }

    /// <summary>A copy is not shared yet.</summary>
    protected SharedPart(SharedPart original) => _ = original;

    /// <summary>Another version has it too, so it may not be written any more.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Equal if what is in it is: who has it does not count.</summary>
    public virtual bool Equals(SharedPart? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>For a version that is being copied: the part, which is shared from now on.</summary>
    public static T Share<T>(T part)
        where T : SharedPart
    {
        if (!part.IsShared)
        {
            part.IsShared = true;
        }

        return part;
    }
}
