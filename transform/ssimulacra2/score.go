package ssimulacra2

import "math"

// What is measured of one channel at one scale: three maps of errors, each by two norms.
const (
	structure  = iota // 1 - SSIM
	artifact          // edges of the distorted image where the reference is smooth
	detailLost        // edges of the reference where the distorted image is smooth
	maps
)

// norms holds the mean of each map, then the fourth root of the mean of its fourth powers.
type norms [2 * maps]float64

// A measure holds what was found at each scale, the finest first, of X, Y and B.
type measure [][channels]norms

// weights are figures of cloudinary/ssimulacra2, src/ssimulacra2.cc (version 2.1, April 2023): for X,
// then Y, then B, six scales of 2 norms x 3 maps. They were fitted to what people saw.
var weights = [channels * mostScales * 2 * maps]float64{
	// X
	0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
	0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
	0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
	0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
	0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
	0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,
	// Y
	0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
	0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
	225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
	176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
	0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
	0, 0, 0, 0, 0, 0,
	// B
	0, 0.0008680556573291698, 0, 0, 0, 0,
	0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
	0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
	0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
	95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
	0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
}

// weightsOf gives the weights of a channel at a scale. In an image too small for all scales the
// reference takes the weights in a row, so that only those of X stay at their scales.
func weightsOf(channel, scale, scales int) *norms {
	const each = len(norms{})
	at := (channel*scales + scale) * each
	return (*norms)(weights[at : at+each])
}

// needsStructure tells whether SSIM has a weight: finding it is most of the work.
func (w *norms) needsStructure() bool { return w[structure] != 0 || w[maps+structure] != 0 }

func (w *norms) needsEdges() bool {
	return w[artifact] != 0 || w[maps+artifact] != 0 || w[detailLost] != 0 || w[maps+detailLost] != 0
}

// score makes one figure of all norms; its constants are from where the weights are from.
func (m measure) score() float64 {
	sum := 0.0
	for channel := range channels {
		for scale := range m {
			for i, weight := range weightsOf(channel, scale, len(m)) {
				sum += weight * m[scale][channel][i]
			}
		}
	}
	sum *= 0.9562382616834844
	sum = 2.326765642916932*sum - 0.020884521182843837*sum*sum + 6.248496625763138e-05*sum*sum*sum
	if sum <= 0 {
		return 100
	}
	return 100 - 10*math.Pow(sum, 0.6276336467831387)
}
