namespace Browser;

/// <summary>What somebody looks at the page with.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Dark">Prefers a dark page.</param>
/// <param name="Scripts">Runs scripts.</param>
/// <param name="Plain">With the system's few colours, and nothing may move.</param>
internal sealed record Screen(int Width = 1_200, int Height = 900, bool Dark = false, bool Scripts = true, bool Plain = false)
{
    public static Screen Desk { get; } = new();

    public static Screen Night { get; } = new(Dark: true);

    public static Screen Phone { get; } = new(Width: 400, Height: 800);

    public static Screen NoScript { get; } = new(Scripts: false);
}
