"""What the network sees of a sound: Kaldi's MFCC, the very ones Vosk computes. Needs kaldi-native-fbank."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000
DIMENSION = 40
LOW_HZ, HIGH_HZ = 40, -200
"""Lowest and highest edge of the filters; a negative edge counts from half the rate."""

FRAME_S = 0.010
CENTRE_S = 0.0125
"""Where the middle of a frame's 25 ms window is after the frame's start."""

SUBSAMPLING = 3
"""Frames to one output of the network."""

CONF = f"""--use-energy=false
--sample-frequency={RATE}
--num-mel-bins={DIMENSION}
--num-ceps={DIMENSION}
--low-freq={LOW_HZ}
--high-freq={HIGH_HZ}
--dither=0
--allow-upsample=true
--allow-downsample=true
"""
"""The same for Vosk: `conf/mfcc.conf`."""


def mfcc(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Frames × 40."""
    import kaldi_native_fbank as knf

    options = knf.MfccOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = DIMENSION
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ
    options.num_ceps = DIMENSION
    options.use_energy = False
    computer = knf.OnlineMfcc(options)
    whole = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.float32)
    computer.accept_waveform(RATE, whole.tolist())
    computer.input_finished()
    count = computer.num_frames_ready
    if not count:
        return np.zeros((0, DIMENSION), np.float32)
    return np.stack([computer.get_frame(number) for number in range(count)]).astype(np.float32)


def output_frames(frames: int) -> int:
    """How often the network speaks over so many frames."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


def output_times(frames: int) -> NDArray[np.float64]:
    """The middle of each output, in seconds."""
    return np.arange(output_frames(frames), dtype=np.float64) * (SUBSAMPLING * FRAME_S) + CENTRE_S
