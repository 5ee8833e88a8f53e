from asr.loudness import FAINTEST_VOICE_DB, QUIET_LINE_DB, Loudness


def after(*stretches: tuple[float, int]) -> Loudness:
    loudness = Loudness()
    for level, frames in stretches:
        for _ in range(frames):
            loudness.is_voice(level)
    return loudness


def test_a_voice_is_heard_on_a_line_nobody_knows_yet() -> None:
    assert Loudness().is_voice(-30.0)
    assert not Loudness().is_voice(-55.0)


def test_the_noise_of_the_line_is_learned() -> None:
    noisy = after((-47.0, 100))
    assert noisy.noise_db > -48.0
    assert not noisy.is_voice(-41.0)
    assert noisy.is_voice(-30.0)


def test_a_line_that_becomes_quiet_again_is_noticed_at_once() -> None:
    loudness = after((-47.0, 100), (-70.0, 10))
    assert loudness.threshold_db == FAINTEST_VOICE_DB


def test_the_echo_of_a_loud_voice_is_no_syllable() -> None:
    loudness = after((-10.0, 25))
    assert not loudness.is_voice(-41.0)
    assert loudness.is_voice(-35.0)


def test_after_a_while_a_fainter_voice_counts_again() -> None:
    loudness = after((-10.0, 25), (-60.0, 100))
    assert loudness.is_voice(-41.0)


def test_a_fan_that_is_switched_on_becomes_noise() -> None:
    loudness = after((-40.0, 400))
    assert not loudness.is_voice(-40.0)


def test_digital_silence_does_not_make_it_deaf_to_noise() -> None:
    assert after((-100.0, 200)).noise_db >= QUIET_LINE_DB - 20.0
